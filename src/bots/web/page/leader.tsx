import { useEffect, useState } from 'react'
import { clock, slate, timeOf } from './figures.ts'
import type { Shown } from './operations.ts'
import { say } from './start.ts'

const circumference = 2 * Math.PI * 44

/** A film leader that counts down to the expected finish, and says what happens meanwhile. */
export function Leader({ operation }: { operation: Shown }) {
  const now = useNow()
  const { card, stage, expected_at: expectedAt, created_at: createdAt } = operation
  const elapsed = operation.elapsed_seconds + (now - operation.receivedAt) / 1000
  // By the server's clock, which may differ from this machine's.
  const serverNow = Date.parse(createdAt ?? '') + elapsed * 1000
  const left = expectedAt === null ? null : (Date.parse(expectedAt) - serverNow) / 1000
  const whole = left === null ? null : left + elapsed
  const share = left === null || whole === null || whole <= 0 ? 0 : Math.min(1, Math.max(0, elapsed / whole))
  const counting = left !== null && left > 0
  const moving = stage === 'starting' || stage === 'generating' || stage === 'saving'
  const facts = slate([
    say('web.progress.elapsed', { elapsed: clock(elapsed) }),
    left !== null && (counting ? say('web.progress.left', { left: clock(left) }) : say('web.progress.overdue')),
    expectedAt !== null && counting && say('web.progress.expected', { time: timeOf(Date.parse(expectedAt)) }),
  ])
  return (
    <div className={`leader ${moving ? 'leader-moving' : ''}`}>
      <svg
        className="leader-dial"
        viewBox="-60 -60 120 120"
        role="progressbar"
        aria-label={say('web.progress.label')}
        aria-valuetext={`${card.title}. ${facts}`}
      >
        <path className="leader-cross" d="M-60 0H60M0-60V60" />
        <g className="leader-hand">
          <path d="M0 0V-52A52 52 0 0 1 36.8-36.8Z" />
        </g>
        <circle className="leader-ring" r="52" />
        <circle className="leader-ring" r="44" />
        <circle
          className="leader-done"
          r="44"
          transform="rotate(-90)"
          strokeDasharray={circumference}
          strokeDashoffset={circumference * (1 - share)}
        />
        <text className="leader-count" textAnchor="middle" dy="0.35em">
          {counting ? Math.ceil(left) : '·'}
        </text>
      </svg>
      <div className="leader-words">
        <p className="leader-title">{card.title}</p>
        {/* Its sentence counts seconds as of when it was made; while Google works the running figures say it better. */}
        {stage !== 'generating' && <p className="leader-text">{card.text}</p>}
        <p className="leader-facts">{facts}</p>
      </div>
    </div>
  )
}

/** The time, every second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
