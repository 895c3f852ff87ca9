const draw = (inner: string) => `<svg class="sign" viewBox="0 0 20 20">${inner}</svg>`

/** The few emoji that Dailies uses on Slack; Slack's own drawings are not free. */
export const signs: Readonly<Record<string, string>> = {
  hourglass_flowing_sand: draw(
    '<path d="M5 2h10v2c0 3-3 4-3 6s3 3 3 6v2H5v-2c0-3 3-4 3-6S5 7 5 4z" fill="#cfe3ee"/><path d="M7 16c0-2 2-2 3-4 1 2 3 2 3 4v1H7z" fill="#e8a33d"/><path d="M4 1h12v2H4zM4 17h12v2H4z" fill="#8a5a2b"/>',
  ),
  clapper: draw(
    '<path d="M2 8h16v10H2z" fill="#3b3f45"/><path d="M2 3l15-2 1 3-15 3z" fill="#22252a"/><path d="M4 3l3 3 3-.5-3-3zM10 2l3 3 3-.5-3-3z" fill="#fff"/>',
  ),
  white_check_mark: draw(
    '<rect x="1" y="1" width="18" height="18" rx="3" fill="#2f9e4f"/><path d="M5 10.5l3.5 3.5L15 6.5" fill="none" stroke="#fff" stroke-width="2.4"/>',
  ),
  warning: draw(
    '<path d="M10 1l9.5 17H.5z" fill="#f5bd30" stroke="#f5bd30" stroke-linejoin="round"/><path d="M9 7h2l-.4 6H9.4zM9 14.5h2v2H9z" fill="#2b2b2b"/>',
  ),
  frame_with_picture: draw(
    '<rect x="1" y="2" width="18" height="16" fill="#a9743b"/><rect x="4" y="5" width="12" height="10" fill="#9fd0ee"/><path d="M4 15l4-5 3 3 2-2 3 4z" fill="#4f8f4a"/>',
  ),
}
