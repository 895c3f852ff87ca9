-- What must be true whoever writes, in the same transaction: turns, counts, history, ledger, spend, whose a file is, and that
-- the other instances hear of it. In SQLite the same stands in 0001_books.sql and 0003_pseudonyms.sql.
--
-- Where a limit is checked the check takes a lock that lasts until the commit, and reads only then: a function that is
-- VOLATILE sees what was committed before each of its statements, the statement that calls it does not. Order of locks:
-- budgets from narrow to wide, the requester, the row, the requester's count, spend from narrow to wide.

-- The oldest migration whose Dailies can still work with this database. A migration that takes something away raises it.
CREATE TABLE compatibility (oldest bigint NOT NULL);
--> statement-breakpoint
INSERT INTO compatibility VALUES (0);
--> statement-breakpoint
CREATE FUNCTION instr(within text, part text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT strpos(within, part) $$;
--> statement-breakpoint
CREATE FUNCTION utc_day(moment bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(to_timestamp(moment / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD')
$$;
--> statement-breakpoint
CREATE FUNCTION hold_lock(what text) RETURNS void LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(what, 0))
$$;
--> statement-breakpoint
CREATE FUNCTION budget_holds(in_scope text, of_key text, in_period text, most bigint, more bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock(concat_ws(' ', 'budget', in_scope, of_key, in_period));
  RETURN more + coalesce((
    SELECT micros FROM spend WHERE scope = in_scope AND period = in_period AND key = coalesce(
      (SELECT pseudonym FROM pseudonyms WHERE name = of_key AND pseudonyms.period = in_period), of_key)
  ), 0) <= most;
END $$;
--> statement-breakpoint
CREATE FUNCTION in_flight_holds(who text, most bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock('requester ' || who);
  RETURN coalesce((SELECT unfinished FROM requesters WHERE requester = who), 0) < most;
END $$;
--> statement-breakpoint
CREATE FUNCTION since_holds(who text, moment bigint, most bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock('requester ' || who);
  RETURN (SELECT count(*) FROM (
    SELECT 1 FROM operations WHERE requester = who AND created_at >= moment LIMIT most) AS counted) < most;
END $$;
--> statement-breakpoint
-- How many queued rows may be claimed now, beside those whose worker died while starting them.
CREATE FUNCTION start_room(most bigint, max_in_flight bigint, moment bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock('starts');
  RETURN (
    SELECT greatest(0, least(max_in_flight - processing - leased - interrupted, most - interrupted)) FROM (SELECT
      (SELECT count(*) FROM (
        SELECT 1 FROM operations WHERE status = 'processing' LIMIT max_in_flight) AS counted) AS processing,
      (SELECT count(*) FROM operations
        WHERE lease_until > 0 AND lease_until > moment AND status = 'pending') AS leased,
      (SELECT count(*) FROM operations
        WHERE status = 'pending' AND starting_at IS NOT NULL AND lease_until <= moment) AS interrupted
    ) AS counts
  );
END $$;
--> statement-breakpoint
-- Turns are start-time fair queueing: one after the largest turn that has begun, or after the requester's own last one if
-- that is later.
CREATE FUNCTION next_turn(who text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM hold_lock('requester ' || who);
  RETURN 1 + greatest(
    (SELECT coalesce(max(turn), 0) FROM operations WHERE starting_at IS NOT NULL),
    (SELECT coalesce(max(turn), 0) FROM operations WHERE requester = who AND status IN ('pending', 'processing')));
END $$;
--> statement-breakpoint
CREATE FUNCTION operation_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.seq := coalesce(new.seq, nextval('operations_seq_seq'));
  IF new.hold IS NULL THEN new.turn := next_turn(new.requester); END IF;
  RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_comes BEFORE INSERT ON operations FOR EACH ROW EXECUTE FUNCTION operation_comes();
--> statement-breakpoint
CREATE FUNCTION operation_is_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.turn := next_turn(new.requester);
  RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_is_let_go BEFORE UPDATE OF hold ON operations FOR EACH ROW
WHEN (old.hold IS NOT NULL AND new.hold IS NULL AND new.status = 'pending') EXECUTE FUNCTION operation_is_let_go();
--> statement-breakpoint
-- The pseudonym of a person for a day, or of the place of somebody's direct messages for a month; made if there is none.
CREATE FUNCTION pseudonym_of(who text, within text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO pseudonyms (name, period, pseudonym)
  VALUES (who, within, 'anonymous:' || substr(md5(gen_random_uuid()::text), 1, 16)) ON CONFLICT DO NOTHING;
  RETURN (SELECT pseudonym FROM pseudonyms WHERE name = who AND period = within);
END $$;
--> statement-breakpoint
CREATE FUNCTION place_in_books(workspace text, on_day text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF strpos(workspace, ':dm-') = 0 THEN RETURN workspace; END IF;
  RETURN pseudonym_of(workspace, substr(on_day, 1, 7));
END $$;
--> statement-breakpoint
CREATE FUNCTION cost_of(charge text, price bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN charge IN ('reserved', 'settled', 'uncertain') THEN price ELSE 0 END
$$;
--> statement-breakpoint
CREATE FUNCTION operation_is_booked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  accepted_on text := utc_day(new.created_at);
  changed_on text := utc_day(new.changed_at);
  first_line ledger%ROWTYPE;
BEGIN
  IF tg_op = 'INSERT' THEN
    IF new.status IN ('pending', 'processing') THEN
      INSERT INTO requesters AS counts (requester, unfinished) VALUES (new.requester, 1)
      ON CONFLICT (requester) DO UPDATE SET unfinished = counts.unfinished + 1;
    END IF;
    IF new.charge <> 'none' THEN
      INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
      VALUES (new.created_at, new.id, 'reservation', pseudonym_of(new.requester, accepted_on),
        place_in_books(new.workspace, accepted_on), new.model, new.duration_seconds, new.price_micros, accepted_on);
    END IF;
    RETURN NULL;
  END IF;
  IF (old.status IN ('pending', 'processing')) <> (new.status IN ('pending', 'processing')) THEN
    UPDATE requesters SET unfinished = unfinished + CASE WHEN new.status IN ('pending', 'processing') THEN 1 ELSE -1 END
    WHERE requester = new.requester;
  END IF;
  -- A line holds the difference to what the Operation has cost so far, so that its lines always add up to what it costs.
  -- The names are those of its reservation, whoever may have been forgotten since.
  IF new.charge <> old.charge OR cost_of(new.charge, new.price_micros) <> cost_of(new.charge, old.price_micros) THEN
    SELECT * INTO first_line FROM ledger WHERE operation_id = new.id ORDER BY id LIMIT 1;
    INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
    VALUES (new.changed_at, new.id,
      CASE new.charge WHEN 'reserved' THEN 'reservation' WHEN 'settled' THEN 'settlement'
        WHEN 'uncertain' THEN 'uncertain' ELSE 'release' END,
      coalesce(first_line.requester, pseudonym_of(new.requester, accepted_on)),
      coalesce(first_line.workspace, place_in_books(new.workspace, accepted_on)),
      new.model, new.duration_seconds,
      cost_of(new.charge, new.price_micros) - cost_of(old.charge, old.price_micros), accepted_on);
  END IF;
  -- A suggestion belongs to the day on which it was asked for, not to that of the Operation.
  IF new.extra_micros <> old.extra_micros THEN
    INSERT INTO ledger (at, operation_id, kind, requester, workspace, model, duration_seconds, micros, day)
    VALUES (new.changed_at, new.id, 'suggestion', pseudonym_of(new.requester, changed_on),
      place_in_books(new.workspace, changed_on), '', 0, new.extra_micros - old.extra_micros, changed_on);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_is_booked AFTER INSERT OR UPDATE OF status, charge, price_micros, extra_micros ON operations
FOR EACH ROW EXECUTE FUNCTION operation_is_booked();
--> statement-breakpoint
CREATE FUNCTION ledger_adds_to_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spend AS sums (scope, key, period, micros)
  VALUES ('requester', new.requester, new.day, new.micros),
         ('workspace', new.workspace, substr(new.day, 1, 7), new.micros),
         ('total', '', substr(new.day, 1, 7), new.micros)
  ON CONFLICT (scope, key, period) DO UPDATE SET micros = sums.micros + excluded.micros;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_adds_to_spend AFTER INSERT ON ledger FOR EACH ROW
WHEN (new.micros <> 0) EXECUTE FUNCTION ledger_adds_to_spend();
--> statement-breakpoint
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON ledger
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
--> statement-breakpoint
CREATE FUNCTION operation_is_remembered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    INSERT INTO operation_history (operation_id, at, what, detail)
    VALUES (new.id, new.created_at, new.status, coalesce(new.hold, ''));
    RETURN NULL;
  END IF;
  INSERT INTO operation_history (operation_id, at, what, detail)
  SELECT new.id, new.changed_at, lines.what, lines.detail FROM (VALUES
    (1, 'decided', new.decided_by, new.decided_by IS DISTINCT FROM old.decided_by AND new.decided_by IS NOT NULL),
    (2, CASE WHEN new.hold IS NULL THEN 'queued' ELSE 'held' END, coalesce(new.hold, ''),
      new.hold IS DISTINCT FROM old.hold AND new.status = 'pending'),
    (3, 'starting', '', new.starting_at IS DISTINCT FROM old.starting_at AND new.starting_at IS NOT NULL),
    (4, 'not_started', '', new.starting_at IS NULL AND old.starting_at IS NOT NULL),
    (5, 'seen_done', '', new.seen_done_at IS DISTINCT FROM old.seen_done_at AND new.seen_done_at IS NOT NULL),
    (6, new.status, coalesce(new.error_code, ''), new.status <> old.status),
    (7, new.charge, new.price_micros::text, new.charge <> old.charge),
    (8, 'delivered', coalesce(new.delivered_message, ''),
      new.delivered_at IS DISTINCT FROM old.delivered_at AND new.delivered_at IS NOT NULL),
    (9, 'delivery_problem', new.delivery_problem,
      new.delivery_problem IS DISTINCT FROM old.delivery_problem AND new.delivery_problem IS NOT NULL),
    (10, 'retired', '', new.retired_at IS NOT NULL AND old.retired_at IS NULL),
    (11, 'removed', '', new.removed_at IS NOT NULL AND old.removed_at IS NULL)
  ) AS lines (place, what, detail, happened) WHERE happened ORDER BY place;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_is_remembered
AFTER INSERT OR UPDATE OF status, hold, starting_at, seen_done_at, charge, decided_by, delivered_at, delivery_problem,
  retired_at, removed_at ON operations
FOR EACH ROW EXECUTE FUNCTION operation_is_remembered();
--> statement-breakpoint
CREATE FUNCTION operation_names_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'UPDATE' THEN
    IF NOT (old.has_files OR new.has_files) THEN RETURN NULL; END IF;
    DELETE FROM operation_files WHERE operation_id = new.id;
  END IF;
  IF new.retired_at IS NULL AND new.has_files THEN
    INSERT INTO operation_files (file, operation_id)
    SELECT file, new.id FROM (
      SELECT new.video_file AS file UNION SELECT new.poster_file
      UNION SELECT named #>> '{}' FROM jsonb_path_query(new.request, 'strict $.**.file') AS named
    ) AS files WHERE file IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_names_files AFTER INSERT OR UPDATE OF request, video_file, poster_file, retired_at ON operations
FOR EACH ROW EXECUTE FUNCTION operation_names_files();
--> statement-breakpoint
-- The place of somebody's direct messages keeps its pseudonym until the month's budget renews, or being forgotten would be
-- a way to spend that budget twice. Their days are over: the row goes a day after it was asked for.
CREATE FUNCTION person_is_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE pseudonyms SET forget_on = to_char(to_date(period || '-01', 'YYYY-MM-DD') + interval '1 month', 'YYYY-MM-DD')
  WHERE name IN (
    SELECT DISTINCT workspace FROM operations WHERE requester = old.person AND strpos(workspace, ':dm-') > 0);
  DELETE FROM pseudonyms WHERE name = old.person AND period <= utc_day(old.asked_at);
  UPDATE operation_history SET detail = ''
  WHERE what = 'delivered' AND operation_id IN (
    SELECT id FROM operations WHERE requester = old.person AND created_at <= old.asked_at);
  UPDATE operations SET requester = 'forgotten', requester_name = '', thread = NULL, event_id = 'forgotten:' || id,
    status_message = NULL, delivered_message = NULL, admin_message = NULL, locale = 'en',
    workspace = CASE WHEN strpos(workspace, ':dm-') > 0
      THEN substr(workspace, 1, strpos(workspace, ':dm-') + 2) ELSE workspace END
  WHERE requester = old.person AND created_at <= old.asked_at;
  DELETE FROM requesters WHERE requester = old.person AND unfinished = 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER person_is_forgotten AFTER DELETE ON forgetting FOR EACH ROW EXECUTE FUNCTION person_is_forgotten();
--> statement-breakpoint
CREATE FUNCTION audit_is_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  new.id := coalesce(new.id, nextval('audit_trail_id_seq'));
  RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_is_numbered BEFORE INSERT ON audit_trail FOR EACH ROW EXECUTE FUNCTION audit_is_numbered();
--> statement-breakpoint
-- Which of so many instances tells the threads of a channel: all of one channel the same. The first three parts of a
-- thread's name are the platform and the channel with its server or team.
CREATE FUNCTION channel_share(thread text, instances bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT abs(hashtext(substring(thread from '^[^:]*:[^:]*:?[^:]*'))::bigint) % instances
$$;
--> statement-breakpoint
-- The other instances hear which Operation shows something new, and look at it themselves.
CREATE FUNCTION operation_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dailies_operations', new.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER operation_is_told AFTER INSERT OR UPDATE OF version ON operations
FOR EACH ROW EXECUTE FUNCTION operation_is_told();
