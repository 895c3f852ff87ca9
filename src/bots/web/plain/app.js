// A plain page until the React one replaces it: no framework, no build, nothing kept but what the server says.
const api = '/api/video_chat'
const find = (id) => document.getElementById(id)
const [signIn, compose, problem, videos] = ['sign-in', 'compose', 'problem', 'videos'].map(find)
const fields = compose.elements
const shown = new Map()
let models = []

async function ask(path, options = {}) {
  problem.textContent = ''
  const response = await fetch(path, options)
  const body = await response.json()
  if (response.ok) return body
  problem.textContent = [body.title, body.detail, body.remedy].filter(Boolean).join(' ')
  throw new Error(body.code)
}

const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

function fill(select, options) {
  const kept = select.value
  select.replaceChildren(...options.map(([value, label]) => new Option(label, value)))
  if (options.some(([value]) => String(value) === kept)) select.value = kept
}

/** Offers only what goes together, and says the price of it. */
function offer() {
  const model = models.find((each) => each.id === fields.model.value) ?? models[0]
  if (!model) return
  fill(
    fields.aspect_ratio,
    model.aspect_ratios.map((ratio) => [ratio, ratio]),
  )
  fill(
    fields.resolution,
    model.offers.map((each) => [each.resolution, each.resolution]),
  )
  const chosen = model.offers.find((each) => each.resolution === fields.resolution.value)
  fill(
    fields.duration,
    chosen.durations.toReversed().map((seconds) => [seconds, `${seconds} s`]),
  )
  find('negative').hidden = !model.negative_prompt
  find('price').textContent = `$${(chosen.usd_per_second * Number(fields.duration.value)).toFixed(2)}`
}

function show(operation) {
  const known = shown.get(operation.operation_id)
  if (known && known.operation.version > operation.version) return
  const item = known?.item ?? find('video').content.firstElementChild.cloneNode(true)
  if (!known) videos.prepend(item)
  shown.set(operation.operation_id, { item, operation, at: Date.now() })
  const { card } = operation
  item.querySelector('.prompt').textContent = operation.prompt
  item.querySelector('strong').textContent = card.title
  item.querySelector('.text').textContent = card.text
  item.querySelector('.fields').textContent = card.fields.map((each) => `${each.label}: ${each.value}`).join(' · ')
  item.querySelector('.actions').replaceChildren(...card.buttons.map((button) => buttonFor(operation, button)))
  showVideo(item, operation)
  tick()
}

function showVideo(item, operation) {
  const player = item.querySelector('video')
  if (!operation.video_url) player?.remove()
  else if (!player) {
    const video = document.createElement('video')
    Object.assign(video, { controls: true, preload: 'metadata', src: operation.video_url })
    video.setAttribute('aria-label', operation.prompt)
    item.querySelector('.fields').before(video)
  }
}

function buttonFor(operation, { action, label, danger }) {
  const button = document.createElement('button')
  button.textContent = label
  button.addEventListener('click', () => {
    if (danger && !confirm(`${label}?`)) return
    act(operation, action).catch(() => {})
  })
  return button
}

async function act(operation, action) {
  const address = `${api}/operations/${operation.operation_id}`
  if (action === 'download') location.assign(`${operation.video_url}?download=1`)
  else if (action === 'delete') show(await ask(address, { method: 'DELETE' }))
  else if (['edit_prompt', 'last_frame', 'extend'].includes(action)) {
    const prompt = window.prompt(find('compose').prompt.labels[0].firstChild.textContent, operation.prompt)
    if (prompt) show(await post(`${address}/${action}`, { prompt }))
  } else show(await ask(`${address}/${action}`, { method: 'POST' }))
}

function tick() {
  for (const { item, operation, at } of shown.values()) {
    const live = operation.status === 'pending' || operation.status === 'processing'
    const seconds = operation.elapsed_seconds + Math.round((Date.now() - at) / 1000)
    item.querySelector('.elapsed').textContent = live ? `${seconds} s` : ''
  }
}

async function open() {
  const session = await ask('/api/session')
  find('rehearsal').hidden = !session.rehearsal
  signIn.hidden = session.signed_in
  compose.hidden = !session.signed_in
  if (!session.signed_in) return
  models = (await ask(`${api}/models`)).models
  fill(
    fields.model,
    models.map((each) => [each.id, each.name]),
  )
  offer()
  const events = new EventSource(`${api}/events`)
  events.addEventListener('operation', (event) => show(JSON.parse(event.data)))
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault()
  post('/api/session', { token: signIn.elements.token.value })
    .then(open)
    .catch(() => {})
})

compose.addEventListener('change', offer)
compose.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = new FormData(compose)
  if (!form.get('image')?.size) form.delete('image')
  if (find('negative').hidden || !form.get('negative_prompt')) form.delete('negative_prompt')
  // One key for one press: sent twice by a shaky line, it is still one video.
  const headers = { 'idempotency-key': crypto.getRandomValues(new Uint32Array(4)).join('-') }
  ask(`${api}/generate_with_image`, { method: 'POST', headers, body: form })
    .then((operation) => {
      show(operation)
      fields.prompt.value = ''
      fields.image.value = ''
    })
    .catch(() => {})
})

setInterval(tick, 1000)
open().catch(() => {})
