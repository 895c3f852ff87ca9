import type { Shown } from '../../src/bots/web/page/operations.ts'

const day = Date.parse('2026-11-22T12:00:00Z')

/** An Operation that was asked for in that minute of a day, as the page has it. */
export function operation(minute: number, changes: Partial<Shown> = {}): Shown {
  return {
    operation_id: `op${minute}`,
    status: 'processing',
    message: '',
    elapsed_seconds: 0,
    prompt: `Shot ${minute}`,
    error_code: null,
    stage: 'generating',
    version: 1,
    model: 'm',
    aspect_ratio: '16:9',
    resolution: '720p',
    duration_seconds: 8,
    negative_prompt: null,
    seed: null,
    draft: false,
    images: { first_frame: false, last_frame: false, references: 0 },
    price_usd: 0.8,
    charge: 'reserved',
    poster_url: null,
    video_bytes: null,
    video_crc32: null,
    created_at: new Date(day + minute * 60_000).toISOString(),
    started_at: null,
    finished_at: null,
    expected_at: null,
    requester: 'web:me',
    requester_name: '',
    workspace: 'web',
    private: false,
    parent_id: null,
    relation: null,
    retired: false,
    removed: false,
    card: { tone: 'working', title: '', text: '', fields: [], buttons: [] },
    receivedAt: 0,
    ...changes,
  }
}
