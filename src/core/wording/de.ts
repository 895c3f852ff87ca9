import { chatDe } from './chat.de.ts'
import type { Catalogue } from './en.ts'
import { officeDe } from './office.de.ts'
import { slackDe } from './slack.de.ts'
import { webDe } from './web.de.ts'

/** German, with an informal “du”. What is not here yet is said in English. */
export const de = {
  ...chatDe,
  ...officeDe,
  ...slackDe,
  ...webDe,

  'held.title': 'Wartet auf Freigabe',
  'held.text':
    'Ein Admin muss dieses Video freigeben ({price}), bevor es startet. Du musst nichts tun; Abbrechen ist kostenlos.',
  'queued.title': 'Angenommen',
  'queued.next.text':
    'Als Nächstes an der Reihe. Kostet {price}, wenn Google es rendert; bis zum Start ist Abbrechen kostenlos.',
  'queued.behind.text':
    'Platz {position} in der Warteschlange. Kostet {price}, wenn Google es rendert; bis zum Start ist Abbrechen kostenlos.',
  'queued.crowd.text':
    'In der Warteschlange, hinter mehr als tausend anderen. Kostet {price}, wenn Google es rendert; bis zum Start ist Abbrechen kostenlos.',
  'queued.quota.text':
    'Google nimmt von diesem Konto in wenigen Minuten nur eine begrenzte Menge an, und die ist gerade erreicht. Es geht von selbst weiter, notfalls einen halben Tag lang; bisher wurde nichts berechnet, und Abbrechen kostet nichts.',
  'queued.retry.text':
    'Gerade geht es nicht los, weil Google oder der Server eines Bildes ausgelastet ist. Gleich geht es von selbst weiter; bisher wurde nichts berechnet.',
  'starting.title': 'Startet',
  'starting.text': 'Google wird gerade gebeten anzufangen. Ab dann kostet es {price}.',
  'starting.unwanted.text':
    'Es wurde abgebrochen, während Google gefragt wurde. Fängt Google nicht an, wird nichts berechnet; fängt es an, wird das Video wie gewohnt hier gepostet.',
  'generating.title': 'Google macht dein Video',
  'generating.text': 'Du erfährst hier, wenn es fertig ist.',
  'generating.late.text': 'Es dauert etwas länger als sonst. Du erfährst hier, wenn es fertig ist.',
  'generating.retry.text':
    'Google sagt gerade nicht, wie es steht. Es wird von selbst weiter nachgefragt, notfalls zwei Tage lang; du brauchst nichts zu tun.',
  'saving.title': 'Dein Video wird gespeichert',
  'saving.text': 'Google ist fertig; das Video wird abgeholt.',
  'saving.retry.text':
    'Google ist fertig; das Video ließ sich noch nicht abholen. Es wird von selbst weiter versucht, notfalls zwei Tage lang.',
  'completed.title': 'Dein Video ist fertig',
  'completed.text': 'Fertig nach {elapsed}.',
  'completed.free.text': 'Fertig nach {elapsed}. Dies ist ein Probelauf: Es wurde nichts berechnet.',
  'completed.retired.title': 'Dieses Video wurde aufgeräumt',
  'completed.retired.text': 'Videos werden {days} aufbewahrt.',
  'completed.gone.title': 'Die Datei dieses Videos ist weg',
  'completed.gone.text': 'Sie wurde entfernt, bevor sie gepostet werden konnte, und Google hat sie nicht mehr.',
  'completed.again': 'Die Einstellungen sind noch da, du kannst es also neu erstellen.',
  'completed.not_again':
    'Woraus es gemacht wurde, ist nicht mehr da, es lässt sich also nicht neu erstellen. Frag nach einem neuen.',
  'removed.title': 'Entfernt',
  'removed.text': 'Das Video, seine Bilder und sein Prompt wurden auf Wunsch entfernt.',
  'delivery.stays':
    'Die Nachricht damit ließ sich nicht entfernen und steht noch. Leert sie kein Knopf darunter, bitte einen Admin, sie dort zu löschen.',
  'delivery.later': 'Es lässt sich hier noch nicht posten; das wird von selbst wieder versucht.',
  'delivery.elsewhere': 'Es konnte nicht dort gepostet werden, wo du es angefragt hast: {problem}.',

  'summary.completed': 'Fertig: {model}, {resolution}, {seconds} s, {price}, nach {elapsed}.',
  'summary.error': '{title}.',
  'list.line': '{title} · {model} · {resolution} · {seconds} s · {price} · {elapsed}',

  'field.model': 'Modell',
  'field.format': 'Format',
  'field.price': 'Preis',
  'field.cost': 'Kosten',
  'field.chain': 'Ganze Kette',
  'field.decided': 'Entschieden von',
  'value.format': '{resolution}, {aspect}, {seconds} s',
  'value.free': '{price} (Probelauf: nicht berechnet)',
  'value.perhaps': '{price} (vielleicht berechnet)',
  'value.nothing': 'nichts berechnet',

  'action.cancel': 'Abbrechen',
  'action.again': 'Noch einmal',
  'action.edit_prompt': 'Prompt ändern',
  'action.last_frame': 'Ab dem Endbild weiter',
  'action.extend': 'Verlängern',
  'action.final': 'Endfassung',
  'action.download': 'Herunterladen',
  'action.delete': 'Löschen',
  'action.retry': 'Erneut versuchen',
  'action.approve': 'Freigeben',
  'action.decline': 'Ablehnen',
  'action.deliver_again': 'Erneut zustellen',

  'error.invalid_request.title': 'So geht es nicht',
  'error.invalid_request.text': 'Nichts wurde gestartet oder berechnet. Ändere es und schick es noch einmal.',
  'error.not_found.title': 'Nicht gefunden',
  'error.not_found.text':
    'Dieses Video gibt es hier nicht, oder du darfst es nicht sehen. Schau unter deinen eigenen Videos nach.',
  'error.forbidden.title': 'Nicht erlaubt',
  'error.forbidden.text': 'Das darfst du hier nicht. Frag einen Admin.',
  'error.not_now.title': 'Gerade nicht möglich',
  'error.not_now.text': 'So wie das Video gerade steht, geht das nicht. Sieh dir seine neueste Nachricht an.',
  'error.not_now.decided.text':
    'Darüber ist schon entschieden, oder es wurde zurückgezogen. Für dich bleibt nichts zu tun.',
  'error.not_now.cancel.text':
    'Google arbeitet schon daran und lässt sich nicht mehr stoppen, deshalb wird es bezahlt ({price}). Das Video wird gepostet, sobald es fertig ist.',
  'error.not_now.cancel_free.text':
    'Es ist schon in Arbeit und lässt sich nicht mehr stoppen. Das Video wird gepostet, sobald es fertig ist.',
  'error.not_now.no_pictures.text':
    'Die Bilder dieses Videos sind nicht mehr da. Frag nach einem neuen und häng sie an. Es wurde nichts gestartet oder berechnet.',
  'error.not_now.no_offer.text':
    'Die Einstellungen hier lassen kein Video übrig: Erlaubte Modelle, erlaubte Auflösungen und längste Dauer passen nicht zusammen. Bitte einen Admin, sie zu ändern. Nichts wurde gestartet.',
  'error.over_budget.title': 'Das Budget reicht nicht',
  'error.over_budget.text':
    '{budget}: noch {left} übrig, dieses Video kostet {price}. Nichts wurde gestartet. Nimm ein günstigeres, oder warte, bis sich das Budget am {renews} erneuert.',
  'error.over_budget.too_small.text':
    '{budget}: insgesamt {limit}, dieses Video kostet {price}. Warten hilft nicht. Nichts wurde gestartet. Nimm ein kürzeres oder kleineres Video, oder bitte einen Admin um ein größeres Budget.',
  'error.over_budget.none.text':
    '{budget}: Es darf nichts ausgegeben werden. Warten hilft nicht. Nichts wurde gestartet. Bitte einen Admin um ein Budget.',
  'error.too_many_in_flight.title': 'Zu viele auf einmal',
  'error.too_many_in_flight.text':
    'Bei dir sind so viele Videos unterwegs, wie eine Person zugleich haben darf: {limit}. Nichts wurde gestartet. Schick es noch einmal, sobald eins fertig ist.',
  'error.too_many_in_flight.today.text':
    'Du hast die Grenze für Anfragen in 24 Stunden erreicht: {limit}. Nichts wurde gestartet. Versuch es morgen wieder, oder bitte einen Admin um mehr.',
  'error.paused.title': 'Pausiert',
  'error.paused.text':
    'Ein Admin hat neue Videos hier pausiert. Was schon läuft, wird noch zugestellt. Versuch es später wieder.',
  'error.busy.title': 'Gerade zu viel los',
  'error.busy.text': 'Nichts wurde gestartet. Bitte versuch es in {seconds} s noch einmal.',
  'error.declined.title': 'Abgelehnt',
  'error.declined.text':
    '{admin} hat dieses Video abgelehnt. Es wurde nichts berechnet. Frag nach dem Grund, oder schick ein günstigeres.',
  'error.cancelled.title': 'Abgebrochen',
  'error.cancelled.text':
    'Abgebrochen, bevor Google angefangen hat. Es wurde nichts berechnet. „Erneut versuchen“ startet es doch noch.',
  'error.cancelled.running.text':
    'Google wurde gebeten aufzuhören und hat es getan. Was schon gerendert war, wird vielleicht berechnet. „Erneut versuchen“ startet ein neues.',
  'error.cancelled.rehearsal.text':
    'Das wurde in einem Probelauf bestellt, und hier werden jetzt echte Videos gemacht. Es wurde nichts berechnet. „Erneut versuchen“ bestellt ein echtes ({price}).',
  'error.blocked_by_safety.title': 'Google hat das aus Sicherheitsgründen abgelehnt',
  'error.blocked_by_safety.text':
    '{reason} Dir wurde nichts berechnet. Formuliere es anders und versuch es erneut; solche Ablehnungen sind manchmal falsch und gehen beim zweiten Mal durch.',
  'error.interrupted.title': 'Beim Starten unterbrochen',
  'error.interrupted.text':
    'Die Verbindung zu Google riss ab, während es gebeten wurde anzufangen; niemand kann sagen, ob es das tat. Von selbst wird nicht noch einmal gefragt, denn das könnte doppelt kosten ({price}). Versuch es erneut, wenn du das in Kauf nimmst.',
  'error.timed_out.title': 'Google hat zu lange gebraucht',
  'error.timed_out.text': 'Nach {minutes} Minuten war Google noch nicht fertig.',
  'error.quota_exceeded.title': 'Die Grenze bei Google ist erreicht',
  'error.quota_exceeded.text':
    'Das Kontingent des Kontos bei Google ist vorerst aufgebraucht. Es wurde nichts berechnet. Versuch es später wieder, oder sag einem Admin Bescheid.',
  'error.quota_exceeded.day.text':
    'Das Kontingent des Kontos bei Google ist für heute aufgebraucht. Es wurde nichts berechnet. Versuch es morgen wieder, oder sag einem Admin Bescheid.',
  'error.billing.title': 'Die Abrechnung bei Google stimmt nicht',
  'error.billing.text':
    'Google verlangt, dass für diesen Bot eine Abrechnung eingerichtet wird. Es wurde nichts berechnet. Bitte sag einem Admin Bescheid.',
  'error.bad_key.title': 'Google akzeptiert den Schlüssel nicht',
  'error.bad_key.text':
    'Der Google-Schlüssel dieses Bots ist falsch, oder ihm fehlt eine Berechtigung. Es wurde nichts berechnet. Bitte sag einem Admin Bescheid: `npm run doctor` zeigt, was fehlt.',
  'error.unreachable.title': 'Google ist nicht erreichbar',
  'error.unreachable.text':
    'Google hat trotz mehrerer Versuche nicht geantwortet. Es wurde nichts berechnet. Versuch es später wieder.',
  'error.unreachable.begun.text':
    'Google hat mit diesem Video angefangen, dann aber zwei Tage lang keine brauchbare Antwort gegeben. Bitte sag einem Admin Bescheid.',
  'error.unreachable.stopping.text':
    'Google war gerade nicht erreichbar, deshalb weiß noch niemand, ob es aufhört. Drücke bitte gleich noch einmal „Abbrechen“. Geht es weiter, wird das Video gepostet, sobald es fertig ist.',
  'error.model_retired.title': 'Dieses Modell gibt es nicht mehr',
  'error.model_retired.text':
    'Google hat {model} abgeschaltet. Es wurde nichts berechnet. Mach ein neues Video mit {successor}.',
  'error.model_retired.none.text':
    'Google hat {model} abgeschaltet. Es wurde nichts berechnet. Mach ein neues Video mit einem anderen Modell.',
  'error.model_retired.here.text':
    '{model} lässt sich hier nicht mehr verwenden. Es wurde nichts gestartet oder berechnet. Mach ein neues Video mit {successor}.',
  'error.lost_operation.title': 'Bei Google verloren gegangen',
  'error.lost_operation.text':
    'Google sagt, dass es dieses Video nicht kennt, deshalb lässt es sich nicht abholen. Wenn das öfter passiert, sag bitte einem Admin Bescheid.',
  'error.perhaps': 'Vielleicht wird das Video berechnet.',
  'error.kept':
    'In den ersten zwei Tagen nach dem Start sucht „Erneut versuchen“ dieses Video bei Google, ohne noch einmal zu bezahlen; danach macht es ein neues.',
  'error.anew': '„Erneut versuchen“ macht ein neues, das wieder kostet.',
  'error.no_video.title': 'Google war fertig, aber ohne Video',
  'error.no_video.text':
    'Google hat ohne Video und ohne Begründung aufgehört; oft liegt es am Ton. Dir wurde nichts berechnet. Versuch es erneut, vielleicht mit anderen Worten.',
  'error.bad_image.title': 'Dieses Bild geht nicht',
  'error.bad_image.text': '{reason} Es wurde nichts berechnet.',
  'error.bad_video.title': 'Das Video ließ sich nicht abholen',
  'error.bad_video.text':
    'Google hat dieses Video gemacht, aber seine Datei ließ sich nicht heil abholen. Wenn das öfter passiert, sag bitte einem Admin Bescheid.',
  'error.storage.title': 'Das Video lässt sich nicht speichern',
  'error.storage.text':
    'Der Speicher oder die Datenbank dieses Bots nimmt gerade nichts an, deshalb startet nichts Neues. Bitte sag einem Admin Bescheid: `npm run doctor` zeigt, was fehlt.',
  'error.google_error.title': 'Google hat einen Fehler gemeldet',
  'error.google_error.text':
    'Google hat bei diesem Video aufgegeben. Dir wurde nichts berechnet. Versuch es erneut; oft hilft es, den Prompt ein wenig zu ändern.',
  'error.internal.title': 'Hier ist etwas schiefgegangen',
  'error.internal.text': 'Das ist ein Fehler des Bots und steht in seinem Protokoll. Bitte sag einem Admin Bescheid.',

  'image.too_large': 'Das Bild ist zu groß: höchstens {limit}. Schick ein kleineres.',
  'image.too_many_pixels': 'Das Bild hat zu viele Pixel: höchstens {limit} Megapixel. Schick ein kleineres.',
  'image.not_an_image': 'Das ist kein PNG-, JPEG- oder WebP-Bild. Schick eins von diesen.',
  'image.truncated': 'Das Bild ist beschädigt oder unvollständig. Speichere es neu und schick es noch einmal.',
  'image.animated': 'Das Bild ist animiert. Schick ein Standbild.',
  'image.login_page':
    'Statt des Bildes kam eine Anmeldeseite: Der Bot darf hier keine Dateien lesen. Ein Admin kann es ihm erlauben und ihn neu installieren.',
  'image.untrusted_address': 'Das Bild liegt an einer Adresse, der nicht vertraut wird. Häng das Bild selbst an.',
  'image.gone': 'Das Bild ist nicht mehr da. Häng es noch einmal an.',
  'image.forbidden': 'Der Bot darf dieses Bild nicht lesen. Häng es hier an.',
  'image.no_decoder':
    'Das Endbild lässt sich nicht ausschneiden, weil kein Video-Decoder installiert ist. Ein Admin kann ffmpeg installieren.',
  'image.no_video': 'Das frühere Video ist nicht mehr da, also auch nicht sein Endbild. Erstelle es zuerst neu.',
  'image.unreachable':
    'Das Bild ließ sich nicht holen, weil sein Server nicht geantwortet hat. Häng es noch einmal an.',
  'image.other': 'Das Bild ließ sich nicht lesen. Speichere es als PNG oder JPEG und schick es noch einmal.',

  'safety.child': 'Prompt oder Bild scheinen ein Kind zu zeigen.',
  'safety.celebrity': 'Prompt oder Bild scheinen eine bekannte Person zu zeigen.',
  'safety.video_safety': 'Das fertige Video hat Googles Sicherheitsprüfung nicht bestanden.',
  'safety.dangerous': 'Die Anfrage scheint etwas Gefährliches zu zeigen.',
  'safety.hate': 'Die Anfrage wirkt hasserfüllt.',
  'safety.other': 'Googles Sicherheitsprüfung hat Einwände und nennt keinen genaueren Grund.',
  'safety.prohibited': 'Die Anfrage scheint verbotene Inhalte zu verlangen.',
  'safety.third_party': 'Die Anfrage scheint geschützte Inhalte anderer zu verwenden.',
  'safety.sexual': 'Die Anfrage wirkt sexuell.',
  'safety.toxic': 'Die Anfrage wirkt beleidigend.',
  'safety.violence': 'Die Anfrage wirkt gewalttätig.',
  'safety.vulgar': 'Die Anfrage wirkt vulgär.',
  'safety.code': '(Googles Code: {code}.)',

  'problem.required': '{field} fehlt: Sag, was das Video zeigen soll.',
  'problem.too_long': '{field}: zu lang, etwa {tokens} Token; höchstens {limit} sind möglich.',
  'problem.not_a_number': '{field}: „{given}“ ist keine Zahl.',
  'problem.not_offered': '{field}: „{given}“ geht nicht mit dem Rest. Möglich: {accepted}.',
  'problem.not_offered.none': '{field}: „{given}“ geht hier nicht.',
  'problem.not_with':
    '{field}: geht bei {model} nicht zusammen mit dem Rest. Lass es weg, oder wähle ein anderes Modell.',
  'problem.needs_first_frame': '{field}: braucht auch ein Startbild. Häng ein Bild an, mit dem das Video beginnt.',
  'problem.too_many': '{field}: höchstens {accepted} möglich.',
  'problem.unknown_parent': 'Das frühere Video gibt es nicht, oder du darfst es nicht sehen.',
  'problem.parent_unfinished': 'Das frühere Video ist noch nicht fertig, darauf lässt sich noch nichts aufbauen.',
  'problem.parent_failed': 'Das frühere Video ist nicht entstanden, es gibt also nichts, worauf sich aufbauen lässt.',
  'problem.parent_expired':
    'Google bewahrt ein Video zwei Tage auf; das frühere ist älter und lässt sich dort nicht mehr ändern.',
  'problem.parent_too_long': 'Das geht bis {limit} Sekunden insgesamt; das frühere Video ist dafür zu lang.',
  'problem.blocked_word': '{field}: enthält ein Wort, das hier nicht erlaubt ist.',
  'problem.small_talk': 'Daraus wird noch kein Video. Sag in einem Satz, was es zeigen soll.',
  'problem.malformed': '{field}: „{given}“ ist nicht zu verstehen.',

  'name.prompt': 'Prompt',
  'name.model': 'Modell',
  'name.aspectRatio': 'Seitenverhältnis',
  'name.resolution': 'Auflösung',
  'name.durationSeconds': 'Länge',
  'name.negativePrompt': 'Negativer Prompt',
  'name.seed': 'Seed',
  'name.personGeneration': 'Darstellung von Personen',
  'name.firstFrame': 'Startbild',
  'name.lastFrame': 'Endbild',
  'name.references': 'Referenzbilder',
  'name.builds': 'Aufbauen auf einem früheren Video',
  'name.allowedModels': 'Erlaubte Modelle',
  'name.allowedResolutions': 'Erlaubte Auflösungen',
  'name.maxDurationSeconds': 'Längstes Video in Sekunden',
  'name.request': 'Anfrage',

  'budget.requester': 'Dein Budget für heute',
  'budget.workspace': 'Das Budget hier für diesen Monat',
  'budget.total': 'Das Budget des ganzen Bots für diesen Monat',

  'delivery.sent_as_dm': 'es ging direkt an dich',
  'delivery.sent_to_channel': 'es ging in den Kanal',
  'delivery.link_only': 'es ist dafür zu groß, deshalb hier ein Link',
  'delivery.too_large': 'es ist dafür zu groß; ein Admin weiß, wo die Datei liegt',
  'delivery.smaller': 'es war dafür zu groß, deshalb hier eine kleinere Kopie',
  'delivery.gone': 'den Ort gibt es nicht mehr, oder er ist dem Bot verschlossen; du findest es unter deinen Videos',
  'delivery.other': 'es liegt unter deinen Videos',

  'history.pending': 'Angenommen',
  'history.held': 'Wartet auf Freigabe',
  'history.queued': 'In der Warteschlange',
  'history.decided': 'Entschieden von {detail}',
  'history.starting': 'Google um den Start gebeten',
  'history.not_started': 'Google hat nicht begonnen',
  'history.processing': 'Google hat begonnen',
  'history.seen_done': 'Google war fertig',
  'history.completed': 'Gespeichert',
  'history.error': 'Beendet: {detail}',
  'history.reserved': '{price} zurückgelegt',
  'history.settled': '{price} bezahlt',
  'history.released': '{price} freigegeben',
  'history.uncertain': '{price} vielleicht berechnet',
  'history.delivered': 'Gepostet',
  'history.delivery_problem': 'Ging nicht wie gewünscht zu posten: {detail}',
  'history.retired': 'Dateien aufgeräumt',
  'history.removed': 'Persönliche Daten entfernt',

  'time.seconds': '{seconds} s',
  'time.minutes': '{minutes} min {seconds} s',

  'http.malformed.title': 'Diese Anfrage lässt sich nicht lesen',
  'http.malformed.text': 'Sie hat nicht die Form, die diese Adresse annimmt.',
  'http.malformed.remedy': 'Die Seite /docs beschreibt jeden Aufruf.',
  'http.unauthorized.title': 'Bitte melde dich an',
  'http.unauthorized.text': 'Niemand ist angemeldet.',
  'http.unauthorized.remedy': 'Melde dich auf der Startseite an, oder sende den Zugangstoken als Bearer-Token.',
  'http.wrong_token.title': 'Dieser Token stimmt nicht',
  'http.wrong_token.text': 'Niemand wurde angemeldet.',
  'http.wrong_token.remedy': 'Prüfe ihn und versuch es noch einmal; wer diesen Bot betreibt, kennt ihn.',
  'http.no_route.title': 'Hier ist nichts',
  'http.no_route.text': 'Keine Seite und kein Aufruf hat diese Adresse.',
  'http.no_route.remedy': 'Die Seite /docs beschreibt jeden Aufruf.',
  'http.method_not_allowed.title': 'An dieser Adresse nicht möglich',
  'http.method_not_allowed.text': 'Diese Adresse nimmt {allowed}.',
  'http.method_not_allowed.remedy': 'Die Seite /docs beschreibt jeden Aufruf.',
  'http.too_large.title': 'Zu groß',
  'http.too_large.text': 'Das ist mehr, als hier auf einmal gesendet werden kann. Nichts wurde gestartet.',
  'http.too_large.remedy':
    'Sende Bilder bis 20 MB: höchstens eins als Startbild, eins als Endbild und drei als Referenzen.',
  'http.unsupported_media_type.title': 'Falscher Inhaltstyp',
  'http.unsupported_media_type.text': 'Diese Adresse nimmt {accepted}.',
  'http.unsupported_media_type.remedy': 'Die Seite /docs beschreibt jeden Aufruf.',
  'http.rate_limited.title': 'Zu viele Anfragen',
  'http.rate_limited.text': 'Das kam zu schnell nach den anderen. Nichts wurde gestartet.',
  'http.rate_limited.remedy': 'Bitte versuch es in {seconds} s noch einmal.',
  'http.wrong_host.title': 'Falsche Adresse',
  'http.wrong_host.text': 'Unter diesem Namen antwortet dieser Dienst nicht.',
  'http.wrong_host.remedy':
    'Öffne ihn unter seiner eigenen Adresse. Hinter einem Proxy braucht er PUBLIC_URL und WEB_ACCESS_TOKEN.',
  'http.wrong_origin.title': 'Nicht von dort',
  'http.wrong_origin.text': 'Eine andere Website hat diese Anfrage gesendet, deshalb ist nichts passiert.',
  'http.wrong_origin.remedy':
    'Nutze die Seite dieses Dienstes. Ist sie das, gehört ihre Adresse in PUBLIC_URL; andere Websites erlaubt ALLOWED_ORIGINS.',
  'http.same_key.title': 'Dieser Idempotency-Key wurde schon benutzt',
  'http.same_key.text': 'Er gehört zu einer Anfrage mit anderem Inhalt. Nichts wurde gestartet.',
  'http.same_key.remedy': 'Nimm für jede neue Anfrage einen neuen Schlüssel.',
  'http.bad_key.title': 'Dieser Idempotency-Key geht nicht',
  'http.bad_key.text': 'Erlaubt sind 1 bis 128 Buchstaben, Ziffern und die Zeichen . _ : -',
  'http.bad_key.remedy': 'Eine zufällige UUID passt gut.',
  'http.bad_range.title': 'Diesen Teil gibt es nicht',
  'http.bad_range.text': 'Die Datei ist kürzer als der angefragte Teil.',
  'http.bad_range.remedy': 'Frag nach der ganzen Datei.',
} as const satisfies Partial<Catalogue>
