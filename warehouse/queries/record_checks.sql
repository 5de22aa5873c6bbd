-- Keep what the checks found.
INSERT INTO check_results BY NAME
SELECT
    $checked_at::TIMESTAMPTZ AS checked_at, "check" AS check_name, severity, title, violations, example
FROM found;
