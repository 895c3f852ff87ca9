import { useEffect, useRef, useState } from 'react'
import type { Shown } from './operations.ts'
import { Triangle } from './parts.tsx'
import { say } from './start.ts'

/** How far outside of the window a still is already fetched. */
const margin = '400px'

/** The button that was pressed is gone: who plays by keyboard goes on at the video. */
const focus = (video: HTMLVideoElement | null) => video?.focus({ preventScroll: true })

/** The poster first, and the video itself only once somebody wants to see it. */
export function Player({ operation, src }: { operation: Shown; src: string }) {
  const [wanted, setWanted] = useState(false)
  const prompt = operation.prompt.slice(0, 80)
  const poster = operation.poster_url
  if (wanted) {
    return (
      <video
        ref={focus}
        className="film"
        src={src}
        {...(poster ? { poster } : {})}
        controls
        autoPlay
        playsInline
        aria-label={say('web.video.label', { prompt })}
      />
    )
  }
  return (
    <button
      type="button"
      className="still"
      onClick={() => setWanted(true)}
      aria-label={say('web.play.label', { prompt })}
    >
      <Still src={src} poster={poster} />
      <span className="still-play">
        <Triangle />
      </span>
    </button>
  )
}

/** The poster, or, where none could be made, the video's first picture once it comes near. */
export function Still({ src, poster }: { src: string; poster: string | null }) {
  const place = useRef<HTMLSpanElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), {
      rootMargin: margin,
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [])
  return (
    <span ref={place} className="still-picture">
      {poster ? (
        <img className="film" src={poster} alt="" loading="lazy" decoding="async" />
      ) : (
        near && (
          <video
            className="film"
            src={`${src}#t=0.1`}
            preload="metadata"
            muted
            playsInline
            tabIndex={-1}
            aria-hidden="true"
          />
        )
      )}
    </span>
  )
}
