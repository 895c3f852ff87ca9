import type { Messenger } from '../../core/ports/messenger.ts'

/** The web page reads Operations themselves, so there is nothing to post: every card counts as shown at once. */
export const webMessenger: Messenger = {
  platform: 'web',
  post: async (operation) => operation.id,
  edit: async () => undefined,
  deliver: async () => ({ message: 'web', problem: null }),
}
