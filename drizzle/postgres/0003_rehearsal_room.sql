-- Paid work takes no room from a rehearsal beside it. The default is for an older Dailies that still runs during an upgrade.
DROP FUNCTION start_room(bigint, bigint, bigint);
--> statement-breakpoint
CREATE FUNCTION start_room(most bigint, max_in_flight bigint, moment bigint, free bigint DEFAULT 0) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock('starts');
  RETURN (
    SELECT greatest(0, least(max_in_flight - processing - leased - interrupted, most - interrupted)) FROM (SELECT
      (SELECT count(*) FROM (
        SELECT 1 FROM operations WHERE status = 'processing' AND (free = 0 OR charge = 'none') LIMIT max_in_flight
      ) AS counted) AS processing,
      (SELECT count(*) FROM operations
        WHERE lease_until > 0 AND lease_until > moment AND status = 'pending' AND (free = 0 OR charge = 'none')) AS leased,
      (SELECT count(*) FROM operations WHERE status = 'pending' AND starting_at IS NOT NULL AND lease_until <= moment
        AND (free = 0 OR charge = 'none')) AS interrupted
    ) AS counts
  );
END $$;
