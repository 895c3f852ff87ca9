import type { Card } from '../../core/card.ts'
import { summaryOf } from '../../core/cards.ts'
import type { Operation } from '../../core/operation.ts'
import type { MessageBody } from './api.ts'
import type { Fitted } from './delivery.ts'
import { linkOf, parseRef, placeOf } from './place.ts'
import { embedOf, pingsNobody, plain, rowsOf } from './render.ts'
import { nonceOf, requesterOf, type Spot } from './spots.ts'

/** What a status message ends as once the outcome stands elsewhere: one line, with the way there. */
export function summaryBody(operation: Operation, now: number): MessageBody {
  const line = plain(summaryOf(operation, now, operation.locale))
  const link = linkOf(operation, operation.deliveredMessage)
  return { content: link === null ? line : `${line} ${link}`, embeds: [], components: [], ...pingsNobody }
}

/** The message with the outcome: pings the requester and nobody else, answers the status message. */
export function deliveryBody(operation: Operation, card: Card, fitted: Fitted, spot: Spot): MessageBody {
  const requester = requesterOf(operation)
  const status = operation.statusMessage === null ? null : parseRef(operation.statusMessage)
  const place = placeOf(operation.thread ?? '')
  const above =
    status?.channel === spot.channel ? status.message : spot.channel === place.channel ? place.replyTo : null
  return {
    content: `<@${requester}>`,
    embeds: [embedOf(card, operation.locale, fitted.lines)],
    components: rowsOf(card),
    attachments: named(fitted),
    allowed_mentions: { parse: [], users: [requester], replied_user: false },
    // An outcome that was taken back, such as a time-out, is another message than the one that follows it, and so is one
    // that is posted anew: for the nonce of a deleted message Discord answers that it is unknown. What was told last stays
    // the same until this one is.
    nonce: nonceOf(operation.id, `delivery ${operation.finishedAt} ${operation.announcedVersion}`, spot.channel),
    enforce_nonce: true,
    ...referenceTo(above),
  }
}

/** The files of a message, by the number of their part. */
export function named(fitted: Fitted): { id: string; filename: string }[] {
  return fitted.video === null ? [] : [{ id: '0', filename: fitted.video.name }]
}

/** Makes a message a reply; one whose original is gone is posted all the same. */
export function referenceTo(message: string | null): MessageBody {
  return message === null ? {} : { message_reference: { message_id: message, fail_if_not_exists: false } }
}
