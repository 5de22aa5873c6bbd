-- Who acted on whom: pairs of countries, and whether they worked together or against each other.
SELECT
    actor_country AS actor,
    recipient_country AS recipient,
    events,
    verbal_cooperation + material_cooperation AS cooperation,
    verbal_conflict + material_conflict AS conflict,
    mean_intensity
FROM dyads
ORDER BY events DESC, actor, recipient;
