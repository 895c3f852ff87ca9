-- The insert itself gives a new row its turn now: as a trigger it wrote the row and two of its index entries twice.
DROP TRIGGER operation_takes_turn;
--> statement-breakpoint
-- That a row began as pending is plain from the row (see `history`): a line is written only where it began otherwise.
DROP TRIGGER operation_begins;
--> statement-breakpoint
CREATE TRIGGER operation_begins AFTER INSERT ON operations WHEN new.hold IS NOT NULL BEGIN
  INSERT INTO operation_history (operation_id, at, what, detail) VALUES (new.id, new.created_at, new.status, new.hold);
END;
