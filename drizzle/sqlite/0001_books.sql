-- What must be true whoever writes, in the same transaction: turns, counts, history, ledger, spend and whose a file is.
--
-- Turns are start-time fair queueing: one after the largest turn that has begun, or after the requester's own last one if
-- that is later. A newcomer does not wait behind somebody's hundred; and because no row can enter a round that has begun,
-- an endless row of newcomers starves nobody. What waits for approval takes its turn when it is let go.
CREATE TRIGGER operation_takes_turn AFTER INSERT ON operations WHEN new.hold IS NULL BEGIN
  UPDATE operations SET turn = (
    SELECT coalesce(max(turn), 0) + 1 FROM (
      SELECT max(turn) AS turn FROM operations WHERE starting_at is not null
      UNION ALL SELECT max(own.turn) FROM operations AS own
        WHERE own.requester = new.requester AND own.status in ('pending', 'processing')
    )
  ) WHERE seq = new.seq;
END;
--> statement-breakpoint
CREATE TRIGGER operation_is_let_go AFTER UPDATE OF hold ON operations
WHEN old.hold IS NOT NULL AND new.hold IS NULL AND new.status = 'pending' BEGIN
  UPDATE operations SET turn = (
    SELECT coalesce(max(turn), 0) + 1 FROM (
      SELECT max(turn) AS turn FROM operations WHERE starting_at is not null
      UNION ALL SELECT max(own.turn) FROM operations AS own
        WHERE own.requester = new.requester AND own.status in ('pending', 'processing')
    )
  ) WHERE seq = new.seq;
END;
--> statement-breakpoint
CREATE TRIGGER operation_opens AFTER INSERT ON operations WHEN new.status in ('pending', 'processing') BEGIN
  INSERT INTO requesters (requester, unfinished) VALUES (new.requester, 1)
  ON CONFLICT (requester) DO UPDATE SET unfinished = unfinished + 1;
END;
--> statement-breakpoint
CREATE TRIGGER operation_closes AFTER UPDATE OF status ON operations
WHEN (old.status in ('pending', 'processing')) <> (new.status in ('pending', 'processing')) BEGIN
  UPDATE requesters SET unfinished = unfinished + CASE WHEN new.status in ('pending', 'processing') THEN 1 ELSE -1 END
  WHERE requester = new.requester;
END;
--> statement-breakpoint
CREATE TRIGGER ledger_never_updated BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_never_deleted BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_adds_to_spend AFTER INSERT ON ledger WHEN new.micros <> 0 BEGIN
  INSERT INTO spend (scope, key, period, micros)
  VALUES ('requester', new.requester, new.day, new.micros),
         ('workspace', new.workspace, substr(new.day, 1, 7), new.micros),
         ('total', '', substr(new.day, 1, 7), new.micros)
  ON CONFLICT (scope, key, period) DO UPDATE SET micros = micros + excluded.micros;
END;
--> statement-breakpoint
CREATE TRIGGER operation_begins AFTER INSERT ON operations BEGIN
  INSERT INTO operation_history (operation_id, at, what, detail)
  VALUES (new.id, new.created_at, new.status, coalesce(new.hold, ''));
END;
--> statement-breakpoint
CREATE TRIGGER operation_reserves AFTER INSERT ON operations WHEN new.charge <> 'none' BEGIN
  INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
  VALUES (new.created_at, new.id, 'reservation', new.requester, new.workspace, json_extract(new.request, '$.model'),
          json_extract(new.request, '$.durationSeconds'), new.price_micros,
          strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch'));
END;
--> statement-breakpoint
-- A line holds the difference to what the Operation has cost so far, so that its lines always add up to what it costs.
CREATE TRIGGER operation_charge_changes AFTER UPDATE OF charge, price_micros ON operations
WHEN new.charge <> old.charge OR (new.price_micros <> old.price_micros AND new.charge IN ('reserved', 'settled', 'uncertain'))
BEGIN
  INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
  VALUES (new.changed_at, new.id,
          CASE new.charge WHEN 'reserved' THEN 'reservation' WHEN 'settled' THEN 'settlement'
            WHEN 'uncertain' THEN 'uncertain' ELSE 'release' END,
          new.requester, new.workspace, json_extract(new.request, '$.model'),
          json_extract(new.request, '$.durationSeconds'),
          CASE WHEN new.charge IN ('reserved', 'settled', 'uncertain') THEN new.price_micros ELSE 0 END
            - CASE WHEN old.charge IN ('reserved', 'settled', 'uncertain') THEN old.price_micros ELSE 0 END,
          strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch'));
END;
--> statement-breakpoint
CREATE TRIGGER operation_goes_on
AFTER UPDATE OF status, hold, starting_at, seen_done_at, charge, decided_by, delivered_at, delivery_problem, retired_at,
  removed_at ON operations
BEGIN
  INSERT INTO operation_history (operation_id, at, what, detail)
  SELECT new.id, new.changed_at, what, detail FROM (
    SELECT 1 AS place, 'decided' AS what, new.decided_by AS detail
      WHERE new.decided_by IS NOT NULL AND new.decided_by IS NOT old.decided_by
    UNION ALL SELECT 2, CASE WHEN new.hold IS NULL THEN 'queued' ELSE 'held' END, coalesce(new.hold, '')
      WHERE new.hold IS NOT old.hold AND new.status = 'pending'
    UNION ALL SELECT 3, 'starting', '' WHERE new.starting_at IS NOT NULL AND new.starting_at IS NOT old.starting_at
    UNION ALL SELECT 4, 'not_started', '' WHERE new.starting_at IS NULL AND old.starting_at IS NOT NULL
    UNION ALL SELECT 5, 'seen_done', '' WHERE new.seen_done_at IS NOT NULL AND new.seen_done_at IS NOT old.seen_done_at
    UNION ALL SELECT 6, new.status, coalesce(new.error_code, '') WHERE new.status <> old.status
    UNION ALL SELECT 7, new.charge, CAST(new.price_micros AS TEXT) WHERE new.charge <> old.charge
    UNION ALL SELECT 8, 'delivered', coalesce(new.delivered_message, '')
      WHERE new.delivered_at IS NOT NULL AND new.delivered_at IS NOT old.delivered_at
    UNION ALL SELECT 9, 'delivery_problem', new.delivery_problem
      WHERE new.delivery_problem IS NOT NULL AND new.delivery_problem IS NOT old.delivery_problem
    UNION ALL SELECT 10, 'retired', '' WHERE new.retired_at IS NOT NULL AND old.retired_at IS NULL
    UNION ALL SELECT 11, 'removed', '' WHERE new.removed_at IS NOT NULL AND old.removed_at IS NULL
  ) ORDER BY place;
END;
--> statement-breakpoint
CREATE TRIGGER operation_brings_files AFTER INSERT ON operations WHEN new.has_files BEGIN
  INSERT OR IGNORE INTO operation_files (file, operation_id)
  SELECT atom, new.id FROM json_tree(new.request) WHERE key = 'file' AND atom IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER operation_files_change AFTER UPDATE OF request, video_file, poster_file, retired_at ON operations
WHEN old.has_files OR new.has_files BEGIN
  DELETE FROM operation_files WHERE operation_id = new.id;
  INSERT OR IGNORE INTO operation_files (file, operation_id)
  SELECT file, new.id FROM (
    SELECT new.video_file AS file UNION ALL SELECT new.poster_file
    UNION ALL SELECT atom FROM json_tree(new.request) WHERE key = 'file'
  ) WHERE file IS NOT NULL AND new.retired_at IS NULL;
END;
