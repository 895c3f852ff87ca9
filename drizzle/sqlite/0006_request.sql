-- As long as a table has generated columns, SQLite computes all of them at each insert and update that fires a trigger: four
-- times out of the JSON of the request. They are read out of it where they are asked for instead.
ALTER TABLE `operations` DROP COLUMN `model`;
--> statement-breakpoint
ALTER TABLE `operations` DROP COLUMN `prompt`;
--> statement-breakpoint
ALTER TABLE `operations` DROP COLUMN `resolution`;
--> statement-breakpoint
ALTER TABLE `operations` DROP COLUMN `duration_seconds`;
