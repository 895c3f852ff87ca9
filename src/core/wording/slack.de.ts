import type { Catalogue } from './en.ts'

/** German for slack.en.ts. */
export const slackDe = {
  'slack.expected': 'Voraussichtlich um {when}',
  'slack.form.submit': 'Video machen',
  'slack.form.close': 'Schließen',
  'slack.form.auto': 'Für mich wählen',
  'slack.form.where': 'Wohin damit? (ohne Auswahl: nur an dich)',
  'slack.form.price': 'Preis: {price}',
  'slack.form.impossible': 'Noch nicht möglich: {problem}',
  'image.none_here': 'Diese Nachricht hat kein Bild. Nimm eine, an der ein PNG, JPEG oder WebP hängt.',
  'image.none_above':
    'Weiter oben in diesem Thread ist kein Bild, das ich verwenden kann. Häng eins an deine Nachricht.',
  'slack.thread.text': 'Was in diesem Thread steht, gilt seinem Video. Ein anderes bestellst du außerhalb.',
  'slack.edited.title': 'Ich habe die erste Fassung genommen',
  'slack.edited.text':
    'Sie war angenommen, bevor du deine Nachricht geändert hast. Mit „Abbrechen“ oder „Prompt ändern“ unter meiner Antwort kannst du es noch ändern.',
  'delivery.not_in_channel':
    'ich bin nicht in diesem Kanal, deshalb kommt es direkt zu dir; hol mich für das nächste mit /invite dazu',
  'delivery.unseen':
    'ich sehe diesen Kanal nicht, deshalb kommt es direkt zu dir; ist er privat, hol mich für das nächste mit /invite dazu',
  'delivery.archived':
    'dieser Kanal ist archiviert, deshalb kommt es direkt zu dir; frag beim nächsten Mal in einem anderen',
  'delivery.restricted':
    'in diesem Kanal dürfen nicht alle posten, deshalb kommt es direkt zu dir; ein Admin des Workspace kann es erlauben',
  'delivery.files_linked': 'Slack nimmt in diesem Workspace keine solche Datei an, deshalb gibt es einen Link',
  'delivery.files_refused':
    'Slack nimmt in diesem Workspace keine solche Datei an; ein Admin kann es dort erlauben und es dann noch einmal zustellen',
  'image.external':
    '„{name}“ verweist nur auf einen anderen Dienst, dort kann ich nicht lesen. Lade das Bild selbst in Slack hoch und frag noch einmal.',
  'image.still_hidden': 'Slack zeigt mir dieses Bild nicht. Lade es in diesem Kanal noch einmal hoch und frag erneut.',
  'error.forbidden.outside.text':
    'Diesen Kanal teilt ihr mit einer anderen Organisation. Hier können nur Mitglieder des Workspace anfragen, in dem ich installiert bin; frag jemanden von dort, oder installiere mich in deinem eigenen Workspace. Nichts wurde gestartet.',
  'error.cancelled.uninstalled.text':
    'Die App wurde aus dem Slack-Workspace entfernt, bevor Google begann. Nichts wurde berechnet. Ist sie wieder installiert, startet „Erneut versuchen“ es.',
  'slack.home.month': 'Dieser Monat: {settled} bezahlt, {reserved} reserviert.',
  'delivery.uninstalled':
    'die App wurde aus diesem Slack-Workspace entfernt; ist sie wieder installiert, kann das Video dort zugestellt werden',
  'slack.install.cancelled': 'Nichts wurde installiert.',
  'slack.install.failed':
    'Dailies konnte nicht installiert werden. Öffne die Seite /slack/install noch einmal, im selben Browser und innerhalb von zehn Minuten; hilft das nicht, frag den Betreiber.',
  'slack.install.stranger':
    'Der Betreiber von Dailies hat den Workspace {team} nicht zugelassen. Bitte ihn, ihn in SLACK_TEAM_IDS aufzunehmen, und installiere dann noch einmal. Nichts wurde behalten.',
  'slack.install.whole':
    'Dailies wird in einem Workspace auf einmal installiert, mit seinem Bot, und nicht in einer ganzen Organisation. Wähle einen Workspace und installiere noch einmal. Nichts wurde behalten.',
  'slack.install.rotation':
    'Für diese App ist die Token-Rotation eingeschaltet, ihre Tokens würden also ablaufen. Bitte den Betreiber von Dailies, die App ohne sie neu aus dem Manifest anzulegen. Nichts wurde behalten.',
} as const satisfies Partial<Catalogue>
