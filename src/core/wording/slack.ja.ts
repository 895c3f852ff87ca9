import type { Catalogue } from './en.ts'

/** Japanese for slack.en.ts. */
export const slackJa = {
  'slack.expected': '完成予定: {when}',
  'slack.form.submit': '動画を作る',
  'slack.form.close': '閉じる',
  'slack.form.auto': 'おまかせ',
  'slack.form.where': '投稿先 (選ばなければ自分だけに届きます)',
  'slack.form.price': '料金: {price}',
  'slack.form.impossible': 'まだ作れません: {problem}',
  'image.none_here': 'そのメッセージには画像がありません。PNG、JPEG、WebP が添付されたメッセージを選んでください。',
  'image.none_above': 'このスレッドの上のほうに、使える画像がありません。メッセージに画像を添付してください。',
  'slack.thread.text':
    'このスレッドに書かれたことは、このスレッドの動画についての依頼になります。別の動画は、スレッドの外で頼んでください。',
  'slack.edited.title': '最初の内容で受け付けました',
  'slack.edited.text':
    'メッセージを変更される前に受け付けています。返信の下のボタンで、キャンセルやプロンプトの変更ができます。',
  'delivery.not_in_channel':
    'そのチャンネルに参加していないため、直接お届けします。次回のために /invite で招待してください',
  'delivery.unseen':
    'そのチャンネルが見えないため、直接お届けします。非公開チャンネルなら、次回のために /invite で招待してください',
  'delivery.archived':
    'そのチャンネルはアーカイブされているため、直接お届けします。次回は別のチャンネルでリクエストしてください',
  'delivery.restricted':
    'そのチャンネルは投稿が制限されているため、直接お届けします。ワークスペースの管理者が許可できます',
  'delivery.files_linked': 'このワークスペースの Slack ではこのファイルを投稿できないため、リンクでお届けします',
  'delivery.files_refused':
    'このワークスペースの Slack ではこのファイルを投稿できません。管理者が許可すれば、もう一度お届けできます',
  'image.external':
    '「{name}」は別のサービスへのリンクで、読み取れません。画像そのものを Slack にアップロードして、もう一度お試しください。',
  'image.still_hidden':
    'Slack からその画像を受け取れません。このチャンネルにアップロードし直して、もう一度お試しください。',
  'error.forbidden.outside.text':
    'このチャンネルは別の組織と共有されています。ここでリクエストできるのは、このボットを入れたワークスペースのメンバーだけです。その方に頼むか、ご自分のワークスペースにインストールしてください。何も始まっていません。',
  'error.cancelled.uninstalled.text':
    'Google が始める前に、Slack ワークスペースからアプリが削除されました。料金は発生していません。もう一度インストールすれば、「再試行」で始められます。',
  'slack.home.month': '今月: 支払い済み {settled}、予約中 {reserved}',
  'delivery.uninstalled':
    'その Slack ワークスペースからアプリが削除されました。もう一度インストールすれば、動画をそこに届けられます',
  'slack.install.cancelled': '何もインストールされませんでした。',
  'slack.install.failed':
    'Dailies をインストールできませんでした。同じブラウザーで、10 分以内に /slack/install をもう一度開いてください。それでもだめなら、運用者に聞いてください。',
  'slack.install.stranger':
    'Dailies の運用者はワークスペース {team} を許可していません。SLACK_TEAM_IDS への追加を頼み、もう一度インストールしてください。何も保存されていません。',
  'slack.install.whole':
    'Dailies は組織全体ではなく、1 つのワークスペースにボットとともにインストールします。ワークスペースを選んで、もう一度インストールしてください。何も保存されていません。',
  'slack.install.rotation':
    'このアプリではトークンのローテーションが有効なので、トークンが失効します。ローテーションなしで、マニフェストからアプリを作り直すよう運用者に頼んでください。何も保存されていません。',
} as const satisfies Partial<Catalogue>
