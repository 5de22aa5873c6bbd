-- Loads of which nothing is left: no article, no revision and no quarantined record was written by them.
DELETE FROM loads
WHERE finished_at < now() - to_days($days::INTEGER)
    AND load_id NOT IN (SELECT load_id FROM articles)
    AND load_id NOT IN (SELECT load_id FROM article_revisions)
    AND load_id NOT IN (SELECT load_id FROM quarantine);
DELETE FROM load_batches WHERE load_id NOT IN (SELECT load_id FROM loads);
