/** What Node writes with --cpu-prof, as far as it is needed. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

const width = 1200
const row = 16
/** What is narrower, in pixels, is left out. */
const narrowest = 0.5

/** The flame graph of a profile as SVG, callers below what they call; the title of each box says where it is and how long. */
export function flameOf({ nodes, samples, timeDeltas }: Profile): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const own = new Map<number, number>()
  for (const [index, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  const total = new Map<number, number>()
  // Children come after their parents.
  for (const node of nodes.toReversed()) {
    const below = (node.children ?? []).reduce((sum, id) => sum + (total.get(id) ?? 0), 0)
    const idle = node.callFrame.functionName === '(idle)'
    total.set(node.id, below + (idle ? 0 : (own.get(node.id) ?? 0)))
  }
  const [root] = nodes
  const all = root ? (total.get(root.id) ?? 0) : 0
  const boxes: { x: number; depth: number; length: number; id: number }[] = []
  const place = (id: number, x: number, depth: number) => {
    const length = ((total.get(id) ?? 0) / all) * width
    if (length < narrowest) return
    boxes.push({ x, depth, length, id })
    let at = x
    for (const child of byId.get(id)?.children ?? []) {
      place(child, at, depth + 1)
      at += ((total.get(child) ?? 0) / all) * width
    }
  }
  if (root) place(root.id, 0, 0)
  const height = (Math.max(0, ...boxes.map((box) => box.depth)) + 1) * row
  const drawn = boxes.map(({ x, depth, length, id }) => {
    const frame = byId.get(id)?.callFrame
    const name = frame?.functionName || '(anonymous)'
    const where = `${frame?.url.split('/').slice(-3).join('/')}:${(frame?.lineNumber ?? 0) + 1}`
    const y = height - (depth + 1) * row
    const hue = frame?.url.includes('/src/') ? 160 : frame?.url.includes('node_modules') ? 30 : 220
    const label =
      length > 40 ? `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${safe(name.slice(0, length / 7))}</text>` : ''
    const title = `<title>${safe(`${name} ${where} ${((total.get(id) ?? 0) / 1000).toFixed(0)} ms`)}</title>`
    return `<g>${title}<rect x="${x.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${row - 1}" fill="hsl(${hue} 60% ${60 + ((id * 7) % 20)}%)"/>${label}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">\n${drawn.join('\n')}\n</svg>\n`
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
