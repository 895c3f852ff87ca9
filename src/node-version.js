/**
 * Why Dailies does not run on this Node, and what to do, in a sentence; null where it does. 24.16 brought
 * crypto.randomUUIDv7; earlier releases of 25 lack it, and none of them is mended any more. JavaScript that the oldest Node
 * reads, and that imports nothing.
 * @param {string} version as in process.versions.node
 * @returns {string | null}
 */
export function tooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 25 || (major === 24 && minor >= 16)) return null
  return `Dailies needs Node 24.16 or a later 24, or 26 or newer, and this is ${version}: install one, or run \`npm ci\` on Linux x64, where it comes along, and start with npm.`
}
