-- Articles to read again: those that were read and still have their text, oldest first. A filter that is null lets all
-- pass; without any, what another model than $new_version read.
SELECT article_id, content_hash, model_version
FROM articles
WHERE model_version IS NOT NULL
    AND text <> ''
    AND ($since::DATE IS NULL OR published_at >= $since::DATE)
    AND ($until::DATE IS NULL OR published_at < $until::DATE + 1)
    AND ($source::VARCHAR IS NULL OR source = $source)
    AND ($model_version::VARCHAR IS NULL OR model_version = $model_version)
    AND (
        coalesce($since::VARCHAR, $until::VARCHAR, $source::VARCHAR, $model_version::VARCHAR) IS NOT NULL
        OR model_version <> $new_version
    )
ORDER BY published_at NULLS LAST, article_id;
