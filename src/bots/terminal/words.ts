/** What `--help` prints. */
export const usage = `Makes one video and waits for it.

  npm run video -- "A lion at dusk"
  npm run video -- "It turns its head" --image lion.png --duration 8 --resolution 1080p
  npm run video -- --follow ID

  --image FILE         the picture to begin with (PNG, JPEG or WebP)
  --last-frame FILE    the picture to end with; needs --image
  --reference FILE     a picture of someone or something to show; up to three times
  --aspect RATIO       16:9 or 9:16
  --resolution SIZE    such as 720p, 1080p or 4k
  --duration SECONDS   such as 8
  --model NAME         an id, or a word of its name such as fast
  --negative TEXT      what should not be seen
  --seed NUMBER        the same number makes similar videos, where the model can
  --follow ID          goes on with an earlier one instead of making a new one
  --json               prints one JSON object at the end, and progress on the error output
                       (npm itself stays quiet with: npm run --silent video -- …)
  --help               this text

Exit code: 0 finished, 1 failed, 2 not understood or refused as it stands, 130 stopped with Ctrl-C.
`

export const words = {
  noPrompt: 'Say what the video should show: npm run video -- "A lion at dusk". All options: npm run video -- --help',
  misunderstood: (reason: string) => `${reason}. All options: npm run video -- --help`,
  promptAndFollow: 'Give either a prompt or --follow ID, not both',
  optionsAndFollow: (option: string) => `--follow takes an Operation as it is; leave out ${option}`,
  lostToNpm: (option: string) =>
    `npm kept ${option} for itself; write -- before the prompt: npm run video -- "A lion at dusk" ${option} …`,
  noFile: (option: string, file: string) => `${option} ${file}: there is no such file`,
  about: (option: string, file: string, sentence: string) => `${option} ${file}: ${sentence}`,
  expected: (time: string, left: string) => `expected at ${time}, in ${left}`,
  overdue: (time: string) => `expected at ${time}`,
  named: (id: string) => `Operation: ${id}`,
  stays: (id: string) => `It is kept and not lost. To follow it: npm run video -- --follow ${id}`,
}
