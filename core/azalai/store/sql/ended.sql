-- decided --
SELECT how FROM ended_agreements WHERE agreement = :agreement;
-- decide --
INSERT INTO ended_agreements (agreement, how, at) VALUES (:agreement, :how, :at)
ON CONFLICT (agreement) DO UPDATE SET how = :how, at = :at;
-- all_decided --
SELECT agreement, how FROM ended_agreements ORDER BY agreement;
-- sent_by --
-- by which agreements something was ever owed, and to whom
SELECT DISTINCT agreement, destination FROM deliveries
WHERE agreement <> '' AND operation <> 'cancel' AND state <> 'withheld'
ORDER BY agreement, destination;
-- records_by --
SELECT DISTINCT record FROM deliveries WHERE destination = :destination AND agreement = :agreement
AND operation <> 'cancel' AND (state = 'delivered' OR receipt IS NOT NULL OR tried = 1)
AND record > :past ORDER BY record LIMIT 200;
