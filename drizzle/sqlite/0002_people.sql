-- STRICT is written by hand: drizzle-kit does not know it.
CREATE TABLE `forgetting` (
	`person` text PRIMARY KEY NOT NULL,
	`asked_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `pseudonyms` (
	`name` text NOT NULL,
	`period` text NOT NULL,
	`pseudonym` text NOT NULL,
	`forget_on` text,
	PRIMARY KEY(`name`, `period`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `pseudonyms_pseudonym` ON `pseudonyms` (`pseudonym`);--> statement-breakpoint
ALTER TABLE `audit_trail` ADD `workspace` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `operations` ADD `admin_message` text;--> statement-breakpoint
ALTER TABLE `operations` ADD `suggestion` text;--> statement-breakpoint
ALTER TABLE `operations` ADD `extra_micros` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `operations_uncertain` ON `operations` (`created_at`) WHERE charge = 'uncertain';--> statement-breakpoint
CREATE INDEX `ledger_operation` ON `ledger` (`operation_id`);