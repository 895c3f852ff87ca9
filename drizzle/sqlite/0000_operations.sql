-- STRICT is written by hand: drizzle-kit does not know it.
CREATE TABLE `audit_trail` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`admin` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `heartbeat` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`operation_id` text NOT NULL,
	`kind` text NOT NULL,
	`requester` text NOT NULL,
	`workspace` text NOT NULL,
	`model` text NOT NULL,
	`duration_seconds` integer NOT NULL,
	`micros` integer NOT NULL,
	`day` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `operation_files` (
	`file` text NOT NULL,
	`operation_id` text NOT NULL,
	PRIMARY KEY(`file`, `operation_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `operation_files_operation` ON `operation_files` (`operation_id`);--> statement-breakpoint
CREATE TABLE `operation_history` (
	`id` integer PRIMARY KEY NOT NULL,
	`operation_id` text NOT NULL,
	`at` integer NOT NULL,
	`what` text NOT NULL,
	`detail` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `operation_history_operation` ON `operation_history` (`operation_id`);--> statement-breakpoint
CREATE TABLE `operations` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`event_id` text NOT NULL,
	`status` text NOT NULL,
	`hold` text,
	`error_code` text,
	`error_facts` text NOT NULL,
	`request` text NOT NULL,
	`parent_id` text,
	`relation` text,
	`requester` text NOT NULL,
	`requester_name` text NOT NULL,
	`workspace` text NOT NULL,
	`thread` text,
	`locale` text NOT NULL,
	`private` integer NOT NULL,
	`price_micros` integer NOT NULL,
	`charge` text NOT NULL,
	`decided_by` text,
	`handle` text,
	`source_uri` text,
	`created_at` integer NOT NULL,
	`starting_at` integer,
	`started_at` integer,
	`seen_done_at` integer,
	`finished_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`video_file` text,
	`poster_file` text,
	`video_bytes` integer,
	`video_hash` text,
	`retired_at` integer,
	`removed_at` integer,
	`version` integer DEFAULT 0 NOT NULL,
	`announced_version` integer,
	`announce_due_at` integer NOT NULL,
	`announce_attempts` integer DEFAULT 0 NOT NULL,
	`status_message` text,
	`delivered_message` text,
	`delivered_at` integer,
	`delivery_problem` text,
	`lease_owner` text,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`announce_lease_owner` text,
	`announce_lease_until` integer DEFAULT 0 NOT NULL,
	`turn` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`model` text GENERATED ALWAYS AS (json_extract(request, '$.model')) VIRTUAL,
	`prompt` text GENERATED ALWAYS AS (json_extract(request, '$.prompt')) VIRTUAL,
	`resolution` text GENERATED ALWAYS AS (json_extract(request, '$.resolution')) VIRTUAL,
	`duration_seconds` integer GENERATED ALWAYS AS (json_extract(request, '$.durationSeconds')) VIRTUAL,
	`has_files` integer GENERATED ALWAYS AS (video_file is not null or poster_file is not null or instr(request, '"kind":"saved"') > 0) VIRTUAL,
	FOREIGN KEY (`parent_id`) REFERENCES `operations`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "operations_status" CHECK(status in ('pending', 'processing', 'completed', 'error')),
	CONSTRAINT "operations_charge" CHECK(charge in ('none', 'reserved', 'settled', 'released', 'uncertain')),
	CONSTRAINT "operations_price" CHECK(price_micros >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `operations_id` ON `operations` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `operations_event_id` ON `operations` (`event_id`);--> statement-breakpoint
CREATE INDEX `operations_queue` ON `operations` (`turn`) WHERE status = 'pending' and hold is null and starting_at is null;--> statement-breakpoint
CREATE INDEX `operations_backoff` ON `operations` (`due_at`) WHERE status = 'pending' and hold is null and starting_at is null and due_at > created_at;--> statement-breakpoint
CREATE INDEX `operations_starting` ON `operations` (`lease_until`) WHERE status = 'pending' and starting_at is not null;--> statement-breakpoint
CREATE INDEX `operations_checks` ON `operations` (`due_at`) WHERE status = 'processing';--> statement-breakpoint
CREATE INDEX `operations_leased` ON `operations` (`lease_until`) WHERE lease_until > 0;--> statement-breakpoint
CREATE INDEX `operations_requester_open` ON `operations` (`requester`,`turn`) WHERE status in ('pending', 'processing');--> statement-breakpoint
CREATE INDEX `operations_started_turn` ON `operations` (`turn`) WHERE starting_at is not null;--> statement-breakpoint
CREATE INDEX `operations_announce_final` ON `operations` (`announce_due_at`) WHERE thread is not null and version > coalesce(announced_version, -1) and status in ('completed', 'error');--> statement-breakpoint
CREATE INDEX `operations_announce_live` ON `operations` (`announce_due_at`) WHERE thread is not null and version > coalesce(announced_version, -1) and status in ('pending', 'processing');--> statement-breakpoint
CREATE INDEX `operations_announce_leased` ON `operations` (`announce_lease_until`) WHERE announce_lease_until > 0;--> statement-breakpoint
CREATE INDEX `operations_created` ON `operations` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `operations_requester_created` ON `operations` (`requester`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `operations_parent` ON `operations` (`parent_id`) WHERE parent_id is not null;--> statement-breakpoint
CREATE INDEX `operations_timings` ON `operations` (`seen_done_at`) WHERE seen_done_at is not null and started_at is not null;--> statement-breakpoint
CREATE INDEX `operations_expiring` ON `operations` (`finished_at`) WHERE finished_at is not null and retired_at is null and has_files;--> statement-breakpoint
CREATE TABLE `requesters` (
	`requester` text PRIMARY KEY NOT NULL,
	`unfinished` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `settings` (
	`scope` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `spend` (
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`period` text NOT NULL,
	`micros` integer NOT NULL,
	PRIMARY KEY(`scope`, `key`, `period`)
) STRICT;
