import { asVideoError, type VideoError } from '../core/errors.ts'
import type { VideoModel } from '../core/ports/google.ts'
import type { Log } from '../core/ports/machine.ts'
import type { Messenger } from '../core/ports/messenger.ts'
import type { Instruments } from './registry.ts'

/** Google's services, each call counted and timed. */
export function observedModel(model: VideoModel, instruments: Instruments): VideoModel {
  const { googleCalls, googleThrottled, googleSeconds } = instruments
  const counted = async <T>(call: string, name: string, run: () => Promise<T>): Promise<T> => {
    const stop = googleSeconds.startTimer({ call })
    try {
      const result = await run()
      googleCalls.inc({ call, model: name, outcome: 'ok' })
      return result
    } catch (thrown) {
      const error = asVideoError(thrown)
      googleCalls.inc({ call, model: name, outcome: heldBack(error) ? 'own_pace' : error.code })
      if (isThrottled(error)) googleThrottled.inc({ call, model: name })
      throw thrown
    } finally {
      stop()
    }
  }
  return {
    ...model,
    available: (signal) => counted('list', '', () => model.available(signal)),
    start: (order, signal) => counted('start', order.request.model, () => model.start(order, signal)),
    check: (id, handle, signal) => counted('check', id, () => model.check(id, handle, signal)),
    cancel: (id, handle, signal) => counted('cancel', id, () => model.cancel(id, handle, signal)),
    discard: (kept, signal) => counted('discard', kept.model, () => model.discard(kept, signal)),
  }
}

/** Our own request budget said no: nothing was sent. */
function heldBack(error: VideoError): boolean {
  return error.code === 'quota_exceeded' && error.facts.limit === 'own'
}

function isThrottled(error: VideoError): boolean {
  return (error.code === 'quota_exceeded' && !heldBack(error)) || error.facts.status === 429
}

/** A platform's side of conversations, each call counted, timed and logged: its shape and outcome, never its content. */
export function observedMessenger(messenger: Messenger, instruments: Instruments, log: Log): Messenger {
  const { platform } = messenger
  const counted = async <T>(call: string, operation: string, run: () => Promise<T>): Promise<T> => {
    const stop = instruments.platformSeconds.startTimer({ platform, call })
    const tell = (outcome: string) => {
      instruments.platformCalls.inc({ platform, call, outcome })
      log.debug({ operation, platform, call, outcome, milliseconds: Math.round(stop() * 1000) }, 'platform called')
    }
    try {
      const result = await run()
      tell('ok')
      return result
    } catch (thrown) {
      tell(asVideoError(thrown).code)
      throw thrown
    }
  }
  const { askAdmins, withdraw } = messenger
  return {
    platform,
    post: (operation, card, signal) => counted('post', operation.id, () => messenger.post(operation, card, signal)),
    edit: (operation, message, card, signal) =>
      counted('edit', operation.id, () => messenger.edit(operation, message, card, signal)),
    deliver: (operation, ...given) => counted('deliver', operation.id, () => messenger.deliver(operation, ...given)),
    ...(askAdmins && {
      askAdmins: (operation, card, channel, signal) =>
        counted('ask_admins', operation.id, () => askAdmins.call(messenger, operation, card, channel, signal)),
    }),
    ...(withdraw && {
      withdraw: (operation, message, signal) =>
        counted('withdraw', operation.id, () => withdraw.call(messenger, operation, message, signal)),
    }),
  }
}
