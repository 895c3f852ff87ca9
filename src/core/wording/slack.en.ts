/** What only Slack says. Labels and buttons of forms have at most 24 characters. */
export const slackEn = {
  'slack.expected': 'Expected at {when}',
  'slack.form.submit': 'Make the video',
  'slack.form.close': 'Close',
  'slack.form.auto': 'Choose for me',
  'slack.form.where': 'Where to post it (unless chosen: only to you)',
  'slack.form.price': 'Price: {price}',
  'slack.form.impossible': 'Not possible yet: {problem}',
  'image.none_here': 'That message has no picture. Choose one with a PNG, JPEG or WebP attached to it.',
  'image.none_above': 'There is no picture further up in this thread that I can use. Attach one to your message.',
  'slack.thread.text': 'What is written in this thread is about its video. For another one, ask outside of it.',
  'slack.edited.title': 'I took the first version',
  'slack.edited.text':
    'It was accepted before you changed your message. Cancel or Edit prompt, under my answer to it, still changes it.',
  'delivery.not_in_channel':
    'I am not in that channel, so it is sent to you directly; /invite me there for the next one',
  'delivery.unseen':
    'I cannot see that channel, so it is sent to you directly; if it is private, /invite me there for the next one',
  'delivery.archived': 'that channel is archived, so it is sent to you directly; ask again in another one',
  'delivery.restricted':
    'posting is restricted in that channel, so it is sent to you directly; an admin of the workspace can allow it',
  'delivery.files_linked': 'Slack takes no such file in this workspace, so you get a link',
  'delivery.files_refused':
    'Slack takes no such file in this workspace; an admin can allow it there and then deliver it again',
  'image.external':
    '“{name}” only links to another service, where I cannot read it. Upload the picture itself to Slack and ask again.',
  'image.still_hidden': 'Slack does not show me that picture. Upload it again in this channel and ask again.',
  'error.forbidden.outside.text':
    'This channel is shared with another organisation. Only members of the workspace that hosts me can ask here; ask one of them, or install me in your own workspace. Nothing was started.',
  'error.cancelled.uninstalled.text':
    'The app was removed from its Slack workspace before Google began. Nothing was charged. Once the app is installed again, “Try again” starts it.',
  'slack.home.month': 'This month: {settled} paid, {reserved} reserved.',
  'delivery.uninstalled':
    'the app was removed from that Slack workspace; once it is installed again, the video can be delivered there',
  'slack.install.cancelled': 'Nothing was installed.',
  'slack.install.failed':
    'Dailies could not be installed. Open the page /slack/install again, in the same browser and within ten minutes; if that does not help, ask whoever hosts it.',
  'slack.install.stranger':
    'Whoever hosts Dailies has not let the workspace {team} in. Ask them to add it to SLACK_TEAM_IDS, and install it again. Nothing was kept.',
  'slack.install.whole':
    'Dailies is installed in one workspace at a time, with its bot, and not in a whole organisation. Choose a workspace and install it again. Nothing was kept.',
  'slack.install.rotation':
    'Token rotation is switched on for this app, so its tokens would run out. Ask whoever hosts Dailies to create the app from the manifest anew, without it. Nothing was kept.',
} as const satisfies Record<string, string>
