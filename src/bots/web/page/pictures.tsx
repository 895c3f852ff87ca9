import { useEffect, useState } from 'react'
import { type Draft, type Picture, withoutPicture } from './draft.ts'
import { Cross } from './parts.tsx'
import { say } from './start.ts'

/** What the server takes. */
export const accepted: readonly string[] = ['image/png', 'image/jpeg', 'image/webp']
const maxBytes = 20 * 1024 * 1024

/** Why a file cannot be used, as far as can be told before it is sent; null where it can. */
export function problemOf({ type, size, name }: File): string | null {
  if (!accepted.includes(type)) return say('web.image.bad', { name })
  return size > maxBytes ? say('web.image.large', { name }) : null
}

/** The pictures of the draft, each with what it is for and the way to take it out. */
export function Pictures({ draft, change }: { draft: Draft; change: (change: (draft: Draft) => Draft) => void }) {
  const shown = [
    ...(draft.first ? [{ picture: draft.first, what: say('web.image.first') }] : []),
    ...(draft.last ? [{ picture: draft.last, what: say('web.image.last') }] : []),
    ...draft.references.map((picture) => ({ picture, what: say('web.image.reference') })),
  ]
  if (shown.length === 0) return null
  return (
    <ul className="pictures">
      {shown.map(({ picture, what }) => (
        <li key={picture.id} className="picture">
          <Preview picture={picture} what={what} />
          <span className="picture-what">{what}</span>
          <button
            type="button"
            className="icon-button picture-remove"
            aria-label={say('web.image.remove', { what, name: picture.file.name })}
            onClick={() => change((current) => withoutPicture(current, picture.id))}
          >
            <Cross />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Preview({ picture, what }: { picture: Picture; what: string }) {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const url = URL.createObjectURL(picture.file)
    setAddress(url)
    return () => URL.revokeObjectURL(url)
  }, [picture])
  return address && <img className="picture-preview" src={address} alt={`${what}: ${picture.file.name}`} />
}
