-- Dailies reads model, prompt, resolution and duration out of `request` now. The columns stay: triggers book with two of
-- them, and an older Dailies that still runs during an upgrade reads all four.
SELECT 1;
