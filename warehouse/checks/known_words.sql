-- title: Columns with a fixed vocabulary hold nothing else.
-- severity: error
SELECT 'articles.published_at_basis' AS column_name, published_at_basis AS value FROM articles
WHERE published_at_basis NOT IN ('metadata', 'text', 'file')
UNION ALL
SELECT 'sentences.part', part FROM sentences WHERE part NOT IN ('title', 'text')
UNION ALL
SELECT 'entity_mentions.entity_type', entity_type FROM entity_mentions
WHERE entity_type NOT IN ('PER', 'LOC', 'ORG', 'MISC')
UNION ALL
SELECT 'event_mentions.event_type', event_type FROM event_mentions
WHERE event_type NOT IN (
    'AGREE', 'CONSULT', 'SUPPORT', 'CONCEDE', 'COOPERATE', 'AID', 'RETREAT', 'REQUEST', 'ACCUSE', 'REJECT',
    'THREATEN', 'PROTEST', 'SANCTION', 'MOBILIZE', 'COERCE', 'ASSAULT'
)
UNION ALL
SELECT 'event_mentions.status', status FROM event_mentions
WHERE status NOT IN ('actual', 'planned', 'hypothetical', 'negated')
UNION ALL
SELECT 'event_mentions.quad_class', quad_class::VARCHAR FROM event_mentions WHERE quad_class NOT BETWEEN 1 AND 4
UNION ALL
SELECT 'event_mentions.event_date_basis', event_date_basis FROM event_mentions
WHERE event_date_basis NOT IN ('explicit', 'relative', 'publication', 'unknown')
UNION ALL
SELECT 'event_participants.role', role FROM event_participants
WHERE role NOT IN ('actor', 'recipient', 'speaker', 'location', 'date')
UNION ALL
SELECT 'loads.state', state FROM loads WHERE state NOT IN ('running', 'completed', 'failed')
