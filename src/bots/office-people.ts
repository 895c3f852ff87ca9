import { VideoError } from '../core/errors.ts'
import { say } from '../core/wording.ts'
import { type Counter, type Notice, noticeOf } from './office-counter.ts'

const shownOfAudit = 25

/** `/pause`: nothing new starts, or does again, unless the host has paused everywhere. */
export async function pause(counter: Counter): Promise<Notice> {
  const { commands, person, given } = counter
  const paused = given.end !== true
  await commands.pause(paused, person)
  const held = !paused && (await commands.settings(person.workspace)).paused === true
  const text = say(person.locale, `office.${paused ? 'pause' : held ? 'resume.host' : 'resume'}.text`)
  return { ...noticeOf(counter, `office.${paused || held ? 'pause' : 'resume'}.title`, [text]), tone: 'done' }
}

/** `/ban`: somebody may start nothing any more, or may again, unless the host has banned them everywhere. */
export async function ban(counter: Counter): Promise<Notice> {
  const { commands, person, given, screen } = counter
  if (given.person === undefined) {
    const problem = { field: 'person', given: '', accepted: [], rule: 'required' as const }
    throw new VideoError('invalid_request', 'ban whom?', { problems: [problem] })
  }
  const id = String(given.person)
  const banned = given.lift !== true
  await commands.ban(id, banned, person)
  const held = !banned && (await commands.settings(person.workspace)).banned?.includes(id) === true
  const which = banned ? 'ban' : held ? 'unban.host' : 'unban'
  const text = say(person.locale, `office.${which}.text`, { name: screen.person(id) })
  return { ...noticeOf(counter, `office.${banned || held ? 'ban' : 'unban'}.title`, [text]), tone: 'done' }
}

/** `/audit`: what admins did here. */
export async function audit(counter: Counter): Promise<Notice> {
  const { commands, person, screen } = counter
  const { locale } = person
  const entries = await commands.audit(person, shownOfAudit)
  const lines = entries.map(({ at, admin, action, subject, detail }) => {
    const facts = { action: screen.plain(action), subject: screen.plain(subject), detail: screen.plain(detail) }
    return say(locale, 'office.audit.line', { ...facts, when: screen.moment(at), admin: screen.person(admin) }).trim()
  })
  return noticeOf(counter, 'office.audit.title', lines.length > 0 ? lines : [say(locale, 'office.audit.none')])
}

/** `/forget`: takes away everything of the person, once they are sure. */
export async function forget(counter: Counter): Promise<Notice> {
  const { commands, person, given } = counter
  const { locale } = person
  if (given.sure !== true) return noticeOf(counter, 'office.forget.title', [say(locale, 'office.forget.ask')])
  const { removed, running, stays } = await commands.forgetMe(person)
  const lines = [
    say(locale, 'office.forget.done', { removed }),
    ...(running > 0 ? [say(locale, 'office.forget.running', { running })] : []),
    ...(stays > 0 ? [say(locale, 'office.forget.stays', { stays })] : []),
    say(locale, 'office.forget.later'),
  ]
  return { ...noticeOf(counter, 'office.forget.title', lines), tone: 'done' }
}
