-- People stand in ledger and spend under a pseudonym for each budget period: a requester's changes daily, that of a person's
-- direct messages (`<platform>:dm-<user>`, a workspace of their own) monthly. Whoever is forgotten loses the rows that say
-- whom the pseudonyms stand for; no line of the ledger is touched. What was written before is brought to the same form.
DROP TRIGGER ledger_never_updated;
--> statement-breakpoint
INSERT INTO pseudonyms (name, period, pseudonym)
SELECT name, period, 'anonymous:' || lower(hex(randomblob(8))) FROM (
  SELECT DISTINCT requester AS name, day AS period FROM ledger
  UNION SELECT DISTINCT workspace, substr(day, 1, 7) FROM ledger WHERE instr(workspace, ':dm-') > 0
);
--> statement-breakpoint
UPDATE ledger SET
  requester = (SELECT pseudonym FROM pseudonyms WHERE name = requester AND period = day),
  workspace = coalesce((SELECT pseudonym FROM pseudonyms WHERE name = workspace AND period = substr(day, 1, 7)), workspace);
--> statement-breakpoint
UPDATE spend SET key = coalesce(
  (SELECT pseudonym FROM pseudonyms WHERE pseudonyms.name = spend.key AND pseudonyms.period = spend.period), key);
--> statement-breakpoint
CREATE TRIGGER ledger_never_updated BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
--> statement-breakpoint
DROP TRIGGER operation_reserves;
--> statement-breakpoint
CREATE TRIGGER operation_reserves AFTER INSERT ON operations WHEN new.charge <> 'none' BEGIN
  INSERT OR IGNORE INTO pseudonyms (name, period, pseudonym)
  SELECT name, period, 'anonymous:' || lower(hex(randomblob(8))) FROM (
    SELECT new.requester AS name, strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch') AS period
    UNION ALL SELECT new.workspace, strftime('%Y-%m', new.created_at / 1000, 'unixepoch')
      WHERE instr(new.workspace, ':dm-') > 0
  );
  INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
  VALUES (new.created_at, new.id, 'reservation',
          (SELECT pseudonym FROM pseudonyms
            WHERE name = new.requester AND period = strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch')),
          coalesce((SELECT pseudonym FROM pseudonyms
            WHERE name = new.workspace AND period = strftime('%Y-%m', new.created_at / 1000, 'unixepoch')), new.workspace),
          json_extract(new.request, '$.model'), json_extract(new.request, '$.durationSeconds'), new.price_micros,
          strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch'));
END;
--> statement-breakpoint
DROP TRIGGER operation_charge_changes;
--> statement-breakpoint
-- A line holds the difference to what the Operation has cost so far, so that its lines always add up to what it costs. The
-- names are those of its reservation, whoever may have been forgotten since.
CREATE TRIGGER operation_charge_changes AFTER UPDATE OF charge, price_micros ON operations
WHEN new.charge <> old.charge OR (new.price_micros <> old.price_micros AND new.charge IN ('reserved', 'settled', 'uncertain'))
BEGIN
  INSERT OR IGNORE INTO pseudonyms (name, period, pseudonym)
  SELECT name, period, 'anonymous:' || lower(hex(randomblob(8))) FROM (
    SELECT new.requester AS name, strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch') AS period
    UNION ALL SELECT new.workspace, strftime('%Y-%m', new.created_at / 1000, 'unixepoch')
      WHERE instr(new.workspace, ':dm-') > 0
  ) WHERE NOT EXISTS (SELECT 1 FROM ledger WHERE operation_id = new.id);
  INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
  VALUES (new.changed_at, new.id,
          CASE new.charge WHEN 'reserved' THEN 'reservation' WHEN 'settled' THEN 'settlement'
            WHEN 'uncertain' THEN 'uncertain' ELSE 'release' END,
          coalesce((SELECT requester FROM ledger WHERE operation_id = new.id ORDER BY id LIMIT 1),
            (SELECT pseudonym FROM pseudonyms
              WHERE name = new.requester AND period = strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch'))),
          coalesce((SELECT workspace FROM ledger WHERE operation_id = new.id ORDER BY id LIMIT 1),
            (SELECT pseudonym FROM pseudonyms
              WHERE name = new.workspace AND period = strftime('%Y-%m', new.created_at / 1000, 'unixepoch')),
            new.workspace),
          json_extract(new.request, '$.model'), json_extract(new.request, '$.durationSeconds'),
          CASE WHEN new.charge IN ('reserved', 'settled', 'uncertain') THEN new.price_micros ELSE 0 END
            - CASE WHEN old.charge IN ('reserved', 'settled', 'uncertain') THEN old.price_micros ELSE 0 END,
          strftime('%Y-%m-%d', new.created_at / 1000, 'unixepoch'));
END;
--> statement-breakpoint
-- A suggestion belongs to the day on which it was asked for, not to that of the Operation.
CREATE TRIGGER operation_costs_extra AFTER UPDATE OF extra_micros ON operations
WHEN new.extra_micros <> old.extra_micros BEGIN
  INSERT OR IGNORE INTO pseudonyms (name, period, pseudonym)
  SELECT name, period, 'anonymous:' || lower(hex(randomblob(8))) FROM (
    SELECT new.requester AS name, strftime('%Y-%m-%d', new.changed_at / 1000, 'unixepoch') AS period
    UNION ALL SELECT new.workspace, strftime('%Y-%m', new.changed_at / 1000, 'unixepoch')
      WHERE instr(new.workspace, ':dm-') > 0
  );
  INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
  VALUES (new.changed_at, new.id, 'suggestion',
          (SELECT pseudonym FROM pseudonyms
            WHERE name = new.requester AND period = strftime('%Y-%m-%d', new.changed_at / 1000, 'unixepoch')),
          coalesce((SELECT pseudonym FROM pseudonyms
            WHERE name = new.workspace AND period = strftime('%Y-%m', new.changed_at / 1000, 'unixepoch')), new.workspace),
          '', 0, new.extra_micros - old.extra_micros, strftime('%Y-%m-%d', new.changed_at / 1000, 'unixepoch'));
END;
--> statement-breakpoint
-- The place of somebody's direct messages keeps its pseudonym until the month's budget renews, or being forgotten would be
-- a way to spend that budget twice. Their days are over: the row goes a day after it was asked for.
CREATE TRIGGER person_is_forgotten AFTER DELETE ON forgetting BEGIN
  UPDATE pseudonyms SET forget_on = date(period || '-01', '+1 month')
  WHERE name IN (SELECT DISTINCT workspace FROM operations WHERE requester = old.person AND instr(workspace, ':dm-') > 0);
  DELETE FROM pseudonyms
  WHERE name = old.person AND period <= strftime('%Y-%m-%d', old.asked_at / 1000, 'unixepoch');
  UPDATE operation_history SET detail = ''
  WHERE what = 'delivered' AND operation_id IN (
    SELECT id FROM operations WHERE requester = old.person AND created_at <= old.asked_at);
  UPDATE operations SET requester = 'forgotten', requester_name = '', thread = NULL, event_id = 'forgotten:' || id,
    status_message = NULL, delivered_message = NULL, admin_message = NULL, locale = 'en',
    workspace = CASE WHEN instr(workspace, ':dm-') > 0
      THEN substr(workspace, 1, instr(workspace, ':dm-') + 2) ELSE workspace END
  WHERE requester = old.person AND created_at <= old.asked_at;
  DELETE FROM requesters WHERE requester = old.person AND unfinished = 0;
END;
