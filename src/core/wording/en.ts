import { chatEn } from './chat.en.ts'
import { officeEn } from './office.en.ts'
import { slackEn } from './slack.en.ts'
import { webEn } from './web.en.ts'

/**
 * Every sentence that a person can read, in English: the complete catalogue and the pattern for the others. `{name}` is
 * filled in by wording.ts. Plain text: each messenger escapes it for its platform.
 */
export const en = {
  ...chatEn,
  ...officeEn,
  ...slackEn,
  ...webEn,

  // What an Operation's message says, by stage.
  'held.title': 'Waiting for approval',
  'held.text':
    'An admin has to approve this video ({price}) before it starts. You need not do anything; cancelling is free.',
  'queued.title': 'Accepted',
  'queued.next.text': 'Next in the queue. It costs {price} if Google renders it; cancelling is free until it starts.',
  'queued.behind.text':
    'Number {position} in the queue. It costs {price} if Google renders it; cancelling is free until it starts.',
  'queued.crowd.text':
    'In the queue, behind more than a thousand others. It costs {price} if Google renders it; cancelling is free until it starts.',
  'queued.quota.text':
    'Google takes only so much from this account in a few minutes, and that is used up just now. It is tried again by itself, for half a day if need be; nothing has been charged, and cancelling is free.',
  'queued.retry.text':
    'It cannot begin just now, because Google or the server of an image is busy. It is tried again by itself; nothing has been charged.',
  'starting.title': 'Starting',
  'starting.text': 'Asking Google to begin. It costs {price} once it does.',
  'starting.unwanted.text':
    'It was cancelled while Google was being asked to begin. If Google does not, nothing is charged; if it does, the video is posted here as usual.',
  'generating.title': 'Google is making your video',
  'generating.text': 'You will be told here when it is ready.',
  'generating.late.text': 'It takes a little longer than usual. You will be told here when it is ready.',
  'generating.retry.text':
    'Google does not say just now how it stands. It is asked again by itself, for two days if need be; you need not do anything.',
  'saving.title': 'Saving your video',
  'saving.text': 'Google is done; the video is being fetched.',
  'saving.retry.text':
    'Google is done; fetching the video did not work yet and goes on by itself, for two days if need be.',
  'completed.title': 'Your video is ready',
  'completed.text': 'Done after {elapsed}.',
  'completed.free.text': 'Done after {elapsed}. This is a rehearsal: nothing was charged.',
  'completed.retired.title': 'This video has been tidied away',
  'completed.retired.text': 'Videos are kept for {days}.',
  'completed.gone.title': 'The file of this video is gone',
  'completed.gone.text': 'It was removed before it could be posted, and Google no longer has it.',
  'completed.again': 'Its settings are still here, so it can be made again.',
  'completed.not_again': 'What it was made of is no longer kept, so it cannot be made again; ask for a new one.',
  'removed.title': 'Removed',
  'removed.text': 'The video, its images and its prompt were removed on request.',
  'delivery.stays':
    'Its message could not be taken away and still stands. If no button under it empties it, ask an admin to delete it there.',
  'delivery.later': 'It cannot be posted here yet; that is tried again by itself.',
  'delivery.elsewhere': 'It could not be posted where you asked for it: {problem}.',

  // Summary lines.
  'summary.completed': 'Done: {model}, {resolution}, {seconds} s, {price}, after {elapsed}.',
  'summary.error': '{title}.',
  'list.line': '{title} · {model} · {resolution} · {seconds} s · {price} · {elapsed}',

  // Fields of a card.
  'field.model': 'Model',
  'field.format': 'Format',
  'field.price': 'Price',
  'field.cost': 'Cost',
  'field.chain': 'Whole chain',
  'field.decided': 'Decided by',
  'value.format': '{resolution}, {aspect}, {seconds} s',
  'value.free': '{price} (rehearsal: not charged)',
  'value.perhaps': '{price} (perhaps charged)',
  'value.nothing': 'nothing was charged',

  // Buttons.
  'action.cancel': 'Cancel',
  'action.again': 'Again',
  'action.edit_prompt': 'Edit prompt',
  'action.last_frame': 'Animate its last frame',
  'action.extend': 'Extend',
  'action.final': 'Final version',
  'action.download': 'Download',
  'action.delete': 'Delete',
  'action.retry': 'Try again',
  'action.approve': 'Approve',
  'action.decline': 'Decline',
  'action.deliver_again': 'Deliver again',

  // Failures: a title, and what it means with the next step.
  'error.invalid_request.title': 'That cannot be made',
  'error.invalid_request.text': 'Nothing was started or charged. Change it and send it again.',
  'error.not_found.title': 'Not found',
  'error.not_found.text': 'There is no such video here, or it is not yours to see. Look for it among your own videos.',
  'error.forbidden.title': 'Not allowed',
  'error.forbidden.text': 'You may not do this here. Ask an admin of this place.',
  'error.not_now.title': 'Not possible now',
  'error.not_now.text': 'This video is not in a state where that can be done. Look at its newest message.',
  'error.not_now.decided.text': 'This was decided or taken back already. Nothing is left for you to do.',
  'error.not_now.cancel.text':
    'Google is already working on it and cannot be stopped, so it is paid for ({price}). The video will be posted when it is ready.',
  'error.not_now.cancel_free.text':
    'It is being made already and cannot be stopped. The video will be posted when it is ready.',
  'error.not_now.no_pictures.text':
    'The pictures of this video are no longer kept. Ask for a new one and attach them. Nothing was started or charged.',
  'error.not_now.no_offer.text':
    'The settings here leave no video that could be made: the allowed models, the allowed resolutions and the longest duration do not go together. Ask an admin to change them. Nothing was started.',
  'error.over_budget.title': 'Over the budget',
  'error.over_budget.text':
    '{budget}: {left} left, this video costs {price}. Nothing was started. Choose a cheaper one, or wait until the budget renews on {renews}.',
  'error.over_budget.too_small.text':
    '{budget}: {limit} in all, this video costs {price}. Waiting does not help. Nothing was started. Choose a shorter or smaller video, or ask an admin for a larger budget.',
  'error.over_budget.none.text':
    '{budget}: nothing may be spent. Waiting does not help. Nothing was started. Ask an admin for a budget.',
  'error.too_many_in_flight.title': 'Too many at once',
  'error.too_many_in_flight.text':
    'You have as many videos under way as one person may have at once: {limit}. Nothing was started. Send this again when one is finished.',
  'error.too_many_in_flight.today.text':
    'You have reached the limit of requests for 24 hours here: {limit}. Nothing was started. Try again tomorrow, or ask an admin for more.',
  'error.paused.title': 'Paused',
  'error.paused.text': 'An admin has paused new videos here. What already runs is still delivered. Try again later.',
  'error.busy.title': 'Too busy just now',
  'error.busy.text': 'Nothing was started. Please try again in {seconds} s.',
  'error.declined.title': 'Declined',
  'error.declined.text': '{admin} declined this video. Nothing was charged. Ask them why, or send a cheaper one.',
  'error.cancelled.title': 'Cancelled',
  'error.cancelled.text': 'It was cancelled before Google began. Nothing was charged. “Try again” starts it after all.',
  'error.cancelled.running.text':
    'Google was asked to stop and did. What it had rendered may be charged. “Try again” starts a new one.',
  'error.cancelled.rehearsal.text':
    'This was asked for in rehearsal, and real videos are made here now. Nothing was charged. “Try again” asks for a real one ({price}).',
  'error.blocked_by_safety.title': 'Google refused this for safety',
  'error.blocked_by_safety.text':
    '{reason} You were not charged. Say it differently and try again; such refusals are sometimes wrong and pass on a second try.',
  'error.interrupted.title': 'Interrupted while starting',
  'error.interrupted.text':
    'The connection to Google broke while it was being asked to begin, so nobody can tell whether it did. It is not asked twice, because that could cost twice ({price}). Try again if you want to risk it.',
  'error.timed_out.title': 'Google took too long',
  'error.timed_out.text': 'Google had not finished after {minutes} minutes.',
  'error.quota_exceeded.title': 'Google’s limit is reached',
  'error.quota_exceeded.text':
    'The account’s allowance at Google is used up for now. Nothing was charged. Try again later, or tell an admin.',
  'error.quota_exceeded.day.text':
    'The account’s allowance at Google is used up for today. Nothing was charged. Try again tomorrow, or tell an admin.',
  'error.billing.title': 'Google’s billing is not in order',
  'error.billing.text':
    'Google asks the host of this bot to set up billing. Nothing was charged. Please tell an admin.',
  'error.bad_key.title': 'Google does not accept the key',
  'error.bad_key.text':
    'The host’s key for Google is wrong or lacks a permission. Nothing was charged. Please tell an admin: `npm run doctor` says what is missing.',
  'error.unreachable.title': 'Google cannot be reached',
  'error.unreachable.text':
    'Google did not answer, although it was asked several times. Nothing was charged. Try again later.',
  'error.unreachable.begun.text':
    'Google has begun on this video but gave no usable answer for two days. Please tell an admin.',
  'error.unreachable.stopping.text':
    'Google could not be reached just now, so nobody knows yet whether it stops. Please press “Cancel” again in a moment. If it goes on, the video will be posted when it is ready.',
  'error.model_retired.title': 'That model is gone',
  'error.model_retired.text':
    'Google has switched {model} off. Nothing was charged. Ask for a new video with {successor}.',
  'error.model_retired.none.text':
    'Google has switched {model} off. Nothing was charged. Ask for a new video with another model.',
  'error.model_retired.here.text':
    '{model} can no longer be used here. Nothing was started or charged. Ask for a new video with {successor}.',
  'error.lost_operation.title': 'Google lost it',
  'error.lost_operation.text':
    'Google says that it does not know this video, so it cannot be fetched. Please tell an admin if it happens often.',
  'error.perhaps': 'The video is perhaps charged.',
  'error.kept':
    'For two days after it began, “Try again” looks for this video at Google, without paying again; later it makes a new one.',
  'error.anew': '“Try again” makes a new one, which costs again.',
  'error.no_video.title': 'Google finished without a video',
  'error.no_video.text':
    'Google ended the work without a video and without a reason, often because of the sound. You were not charged. Try again, perhaps in other words.',
  'error.bad_image.title': 'That image cannot be used',
  'error.bad_image.text': '{reason} Nothing was charged.',
  'error.bad_video.title': 'The video could not be fetched',
  'error.bad_video.text':
    'Google made this video, but its file could not be fetched whole. Please tell an admin if it happens often.',
  'error.storage.title': 'The video cannot be kept',
  'error.storage.text':
    'The host’s disk or database cannot take it now, so nothing new is started. Please tell an admin: `npm run doctor` says what is missing.',
  'error.google_error.title': 'Google reported an error',
  'error.google_error.text':
    'Google gave up on this video. You were not charged. Try again; changing the prompt a little often helps.',
  'error.internal.title': 'Something went wrong here',
  'error.internal.text': 'This is a fault of the bot, and it is in its log. Please tell an admin.',

  // Why an image was refused.
  'image.too_large': 'The image is too large: at most {limit}. Send a smaller one.',
  'image.too_many_pixels': 'The image has too many pixels: at most {limit} megapixels. Send a smaller one.',
  'image.not_an_image': 'This is not a PNG, JPEG or WebP image. Send one of these.',
  'image.truncated': 'The image is damaged or incomplete. Save it once more and send it again.',
  'image.animated': 'The image is animated. Send a still picture.',
  'image.login_page':
    'Instead of the image came a login page: the bot may not read files here. An admin can give it that permission and reinstall it.',
  'image.untrusted_address': 'The image lies at an address that is not trusted. Attach the image itself.',
  'image.unreachable': 'The image could not be fetched, because its server did not answer. Attach it again.',
  'image.gone': 'The image is no longer there. Attach it again.',
  'image.forbidden': 'The bot may not read this image. Attach it here.',
  'image.no_decoder':
    'The last frame cannot be cut out, because no video decoder is installed. An admin can install ffmpeg.',
  'image.no_video': 'The earlier video is no longer there, so its last frame cannot be used. Make it again first.',
  'image.other': 'The image could not be read. Save it as PNG or JPEG and send it again.',

  // Google's safety categories.
  'safety.child': 'The prompt or image seems to show a child.',
  'safety.celebrity': 'The prompt or image seems to show a well-known person.',
  'safety.video_safety': 'The finished video did not pass Google’s safety check.',
  'safety.dangerous': 'The request seems to show something dangerous.',
  'safety.hate': 'The request seems hateful.',
  'safety.other': 'Google’s safety check objected and gives no more precise reason.',
  'safety.prohibited': 'The request seems to ask for prohibited content.',
  'safety.third_party': 'The request seems to use someone else’s protected content.',
  'safety.sexual': 'The request seems sexual.',
  'safety.toxic': 'The request seems insulting.',
  'safety.violence': 'The request seems violent.',
  'safety.vulgar': 'The request seems vulgar.',
  'safety.code': '(Google’s code {code}.)',

  // What is wrong with a request, one sentence a problem.
  'problem.required': '{field} is missing: say what the video should show.',
  'problem.too_long': '{field} is too long: about {tokens} tokens, at most {limit} are possible.',
  'problem.not_a_number': '{field}: “{given}” is not a number.',
  'problem.not_offered': '{field}: “{given}” is not possible with the rest. Possible: {accepted}.',
  'problem.not_offered.none': '{field}: “{given}” is not possible here.',
  'problem.not_with': '{field} cannot be used together with the rest on {model}. Leave it out or choose another model.',
  'problem.needs_first_frame': '{field} needs a first frame as well: add an image to begin with.',
  'problem.too_many': '{field}: at most {accepted} are possible.',
  'problem.unknown_parent': 'The earlier video is not there, or it is not yours to see.',
  'problem.parent_unfinished': 'The earlier video is not finished, so nothing can be built on it yet.',
  'problem.parent_failed': 'The earlier video was not made, so there is nothing to build on.',
  'problem.parent_expired':
    'Google keeps a video for two days; the earlier one is older, so it cannot be changed there.',
  'problem.parent_too_long': 'That goes up to {limit} seconds in all; the earlier video is too long for it.',
  'problem.blocked_word': '{field} contains a word that is not allowed here.',
  'problem.small_talk': 'That asks for no video yet. Say in a sentence what it should show.',
  'problem.malformed': '{field}: “{given}” cannot be understood.',

  'name.prompt': 'The prompt',
  'name.model': 'Model',
  'name.aspectRatio': 'Aspect ratio',
  'name.resolution': 'Resolution',
  'name.durationSeconds': 'Duration',
  'name.negativePrompt': 'The negative prompt',
  'name.seed': 'Seed',
  'name.personGeneration': 'Person generation',
  'name.firstFrame': 'The image',
  'name.lastFrame': 'The last frame',
  'name.references': 'Reference images',
  'name.builds': 'Building on an earlier video',
  'name.allowedModels': 'Allowed models',
  'name.allowedResolutions': 'Allowed resolutions',
  'name.maxDurationSeconds': 'Longest video in seconds',
  'name.request': 'The request',

  'budget.requester': 'Your budget for today',
  'budget.workspace': 'This place’s budget for the month',
  'budget.total': 'The whole bot’s budget for the month',

  'delivery.sent_as_dm': 'it was sent to you directly',
  'delivery.sent_to_channel': 'it was sent to the channel',
  'delivery.link_only': 'it is too large for this place, so here is a link',
  'delivery.too_large': 'it is too large for this place; an admin knows where the file lies',
  'delivery.smaller': 'it was too large for this place, so here is a smaller copy',
  'delivery.gone': 'the place is gone or closed to the bot; you find it among your videos',
  'delivery.other': 'it is kept among your videos',

  // One line of an Operation's history.
  'history.pending': 'Accepted',
  'history.held': 'Waits for approval',
  'history.queued': 'In the queue',
  'history.decided': 'Decided by {detail}',
  'history.starting': 'Asked Google to begin',
  'history.not_started': 'Google did not begin',
  'history.processing': 'Google began',
  'history.seen_done': 'Google was done',
  'history.completed': 'Saved',
  'history.error': 'Ended: {detail}',
  'history.reserved': '{price} set aside',
  'history.settled': '{price} paid',
  'history.released': '{price} released',
  'history.uncertain': '{price} perhaps charged',
  'history.delivered': 'Posted',
  'history.delivery_problem': 'Could not be posted as asked: {detail}',
  'history.retired': 'Files tidied away',
  'history.removed': 'Personal data removed',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min {seconds} s',

  // What the HTTP front end itself refuses: a title, what is the case, and what to do.
  'http.malformed.title': 'This request cannot be read',
  'http.malformed.text': 'It is not in the form that this address takes.',
  'http.malformed.remedy': 'The page /docs describes every call.',
  'http.unauthorized.title': 'Please sign in',
  'http.unauthorized.text': 'Nobody is signed in.',
  'http.unauthorized.remedy': 'Sign in on the start page, or send the access token as a bearer token.',
  'http.wrong_token.title': 'That token is not right',
  'http.wrong_token.text': 'Nobody was signed in.',
  'http.wrong_token.remedy': 'Check it and try again; whoever hosts this bot knows it.',
  'http.no_route.title': 'There is nothing here',
  'http.no_route.text': 'No page and no call has this address.',
  'http.no_route.remedy': 'The page /docs describes every call.',
  'http.method_not_allowed.title': 'Not possible at this address',
  'http.method_not_allowed.text': 'This address takes {allowed}.',
  'http.method_not_allowed.remedy': 'The page /docs describes every call.',
  'http.too_large.title': 'Too large',
  'http.too_large.text': 'That is more than can be sent here at once. Nothing was started.',
  'http.too_large.remedy':
    'Send at most one image of 20 MB as the first frame, one as the last, and three as references.',
  'http.unsupported_media_type.title': 'Wrong content type',
  'http.unsupported_media_type.text': 'This address takes {accepted}.',
  'http.unsupported_media_type.remedy': 'The page /docs describes every call.',
  'http.rate_limited.title': 'Too many requests',
  'http.rate_limited.text': 'This came too soon after the others. Nothing was started.',
  'http.rate_limited.remedy': 'Please try again in {seconds} seconds.',
  'http.wrong_host.title': 'Wrong address',
  'http.wrong_host.text': 'This service does not answer under that name.',
  'http.wrong_host.remedy':
    'Open it under its own address. Behind a proxy, the host sets PUBLIC_URL and WEB_ACCESS_TOKEN.',
  'http.wrong_origin.title': 'Not from there',
  'http.wrong_origin.text': 'Another web site sent this request, so nothing was done.',
  'http.wrong_origin.remedy':
    'Use the page of this service. If this is it, the host sets PUBLIC_URL to its address; ALLOWED_ORIGINS lets in other sites.',
  'http.same_key.title': 'This Idempotency-Key was used before',
  'http.same_key.text': 'It belongs to a request with another content. Nothing was started.',
  'http.same_key.remedy': 'Use a new key for each new request.',
  'http.bad_key.title': 'This Idempotency-Key cannot be used',
  'http.bad_key.text': 'It takes 1 to 128 letters, digits and the signs . _ : -',
  'http.bad_key.remedy': 'A random UUID does well.',
  'http.bad_range.title': 'No such part',
  'http.bad_range.text': 'The file is shorter than the part that was asked for.',
  'http.bad_range.remedy': 'Ask for the whole file.',
} as const satisfies Record<string, string>

export type WordingKey = keyof typeof en
export type Catalogue = Readonly<Record<WordingKey, string>>
