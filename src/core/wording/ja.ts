import { chatJa } from './chat.ja.ts'
import type { Catalogue } from './en.ts'
import { officeJa } from './office.ja.ts'
import { slackJa } from './slack.ja.ts'
import { webJa } from './web.ja.ts'

/** Japanese, in です・ます; a blank stands between Latin letters or digits and Japanese ones. */
export const ja = {
  ...chatJa,
  ...officeJa,
  ...slackJa,
  ...webJa,

  'held.title': '承認待ちです',
  'held.text':
    'この動画 ({price}) を始めるには管理者の承認が必要です。何もする必要はありません。キャンセルは無料です。',
  'queued.title': '受け付けました',
  'queued.next.text': '次が順番です。Google が生成を始めると {price} かかります。始まるまではキャンセルは無料です。',
  'queued.behind.text':
    '順番は {position} 番目です。Google が生成を始めると {price} かかります。始まるまではキャンセルは無料です。',
  'queued.crowd.text':
    '1,000 件以上の後に並んでいます。Google が生成を始めると {price} かかります。始まるまではキャンセルは無料です。',
  'queued.quota.text':
    'Google がこのアカウントから数分間に受け付ける量の上限に、今は達しています。自動で何度でも試し直します（長くて半日ほど）。料金はかかっておらず、キャンセルも無料です。',
  'queued.retry.text':
    'Google または画像のサーバーが混み合っているため、今は始められません。少し待ってから自動でもう一度試します。料金はかかっていません。',
  'starting.title': '開始しています',
  'starting.text': 'Google に開始を依頼しています。始まると {price} かかります。',
  'starting.unwanted.text':
    'Google に依頼している間にキャンセルされました。Google が開始しなければ料金はかかりません。開始した場合は、いつもどおりここに投稿されます。',
  'generating.title': 'Google が動画を作っています',
  'generating.text': 'できあがったらここでお知らせします。',
  'generating.late.text': 'いつもより少し時間がかかっています。できあがったらここでお知らせします。',
  'generating.retry.text':
    '今は Google から状況の返事がありません。必要なら 2 日間、自動で確認を続けます。何もする必要はありません。',
  'saving.title': '動画を保存しています',
  'saving.text': 'Google での生成が終わり、動画を受け取っています。',
  'saving.retry.text':
    'Google での生成は終わりました。動画をまだ受け取れていませんが、必要なら 2 日間、自動で続けます。',
  'completed.title': '動画ができました',
  'completed.text': '{elapsed}で完成しました。',
  'completed.free.text': '{elapsed}で完成しました。これはリハーサルなので、料金はかかっていません。',
  'completed.retired.title': 'この動画は片付けられました',
  'completed.retired.text': '動画の保存期間は {days}です。',
  'completed.gone.title': 'この動画のファイルがありません',
  'completed.gone.text': '投稿する前に削除され、Google にも残っていません。',
  'completed.again': '設定は残っているので、もう一度作ることができます。',
  'completed.not_again': '元になった素材が残っていないため、もう一度作ることはできません。新しく依頼してください。',
  'removed.title': '削除済み',
  'removed.text': 'ご要望により、動画とその画像、プロンプトを削除しました。',
  'delivery.stays':
    'ただし、そのメッセージは削除できず、まだ残っています。下のどのボタンを押しても消えないときは、管理者に削除を頼んでください。',
  'delivery.later': 'まだここに投稿できません。自動でもう一度試します。',
  'delivery.elsewhere': 'リクエストされた場所に投稿できませんでした。{problem}。',

  'summary.completed': '完成: {model}、{resolution}、{seconds} 秒、{price}、所要時間 {elapsed}。',
  'summary.error': '{title}。',
  'list.line': '{title} · {model} · {resolution} · {seconds} 秒 · {price} · {elapsed}',

  'field.model': 'モデル',
  'field.format': '形式',
  'field.price': '料金',
  'field.cost': '費用',
  'field.chain': '連作の合計',
  'field.decided': '判断した人',
  'value.format': '{resolution}、{aspect}、{seconds} 秒',
  'value.free': '{price} (リハーサル: 請求なし)',
  'value.perhaps': '{price} (請求された可能性あり)',
  'value.nothing': '請求なし',

  'action.cancel': 'キャンセル',
  'action.again': 'もう一度',
  'action.edit_prompt': 'プロンプトを編集',
  'action.last_frame': '最後の画像から続ける',
  'action.extend': '延長',
  'action.final': '完成版を作る',
  'action.download': 'ダウンロード',
  'action.delete': '削除',
  'action.retry': '再試行',
  'action.approve': '承認',
  'action.decline': '却下',
  'action.deliver_again': 'もう一度届ける',

  'error.invalid_request.title': 'この内容では作れません',
  'error.invalid_request.text': '何も始まっておらず、料金もかかっていません。内容を変えて、もう一度送ってください。',
  'error.not_found.title': '見つかりません',
  'error.not_found.text': 'その動画はここにないか、見ることができません。ご自分の動画の一覧から探してください。',
  'error.forbidden.title': '許可されていません',
  'error.forbidden.text': 'ここではこの操作ができません。管理者に相談してください。',
  'error.not_now.title': '今はできません',
  'error.not_now.text': '動画が今の状態ではこの操作はできません。最新のメッセージを確認してください。',
  'error.not_now.decided.text': 'すでに決定済みか、取り下げられています。ほかにすることはありません。',
  'error.not_now.cancel.text':
    'Google がすでに作業中で止められないため、料金 ({price}) がかかります。動画はできあがりしだい投稿されます。',
  'error.not_now.cancel_free.text': 'すでに作成中で、止められません。動画はできあがりしだい投稿されます。',
  'error.not_now.no_pictures.text':
    'この動画の画像はもう残っていません。画像を添付して新しく依頼してください。何も開始されておらず、料金もかかっていません。',
  'error.not_now.no_offer.text':
    'ここの設定では作れる動画がありません。使えるモデル、使える解像度、最長の秒数の組み合わせが合っていません。管理者に変更を頼んでください。何も始まっていません。',
  'error.over_budget.title': '予算が足りません',
  'error.over_budget.text':
    '{budget}の残りは {left} で、この動画には {price} かかります。何も始まっていません。もっと安い動画にするか、予算が更新される {renews} までお待ちください。',
  'error.over_budget.too_small.text':
    '{budget}は全部で {limit} で、この動画には {price} かかります。待っても増えません。何も始まっていません。もっと短いか小さい動画にするか、管理者に予算を増やすよう頼んでください。',
  'error.over_budget.none.text':
    '{budget}はゼロに設定されています。待っても増えません。何も始まっていません。管理者に予算を頼んでください。',
  'error.too_many_in_flight.title': '同時に進められる数を超えています',
  'error.too_many_in_flight.text':
    '1 人が同時に進められる動画は {limit} 本までです。何も始まっていません。どれかが終わったら、もう一度送ってください。',
  'error.too_many_in_flight.today.text':
    'ここでの 24 時間あたりの上限 ({limit} 件) に達しました。何も始まっていません。明日もう一度試すか、管理者に相談してください。',
  'error.paused.title': '一時停止中です',
  'error.paused.text':
    '管理者が新しい動画の受け付けを止めています。進行中の動画は届きます。あとでもう一度お試しください。',
  'error.busy.title': '今は混み合っています',
  'error.busy.text': '何も始まっていません。{seconds} 秒後にもう一度お試しください。',
  'error.declined.title': '却下されました',
  'error.declined.text':
    '{admin} さんがこの動画を却下しました。料金はかかっていません。理由を聞くか、もっと安い動画を送ってください。',
  'error.cancelled.title': 'キャンセルしました',
  'error.cancelled.text':
    'Google が始める前にキャンセルしました。料金はかかっていません。やはり作る場合は「再試行」を押してください。',
  'error.cancelled.running.text':
    'Google に停止を依頼し、止まりました。生成済みの分は請求されることがあります。「再試行」で新しく作れます。',
  'error.cancelled.rehearsal.text':
    'リハーサル中に依頼されたものですが、今は本物の動画を作っています。料金はかかっていません。「再試行」を押すと、本物を依頼できます（{price}）。',
  'error.blocked_by_safety.title': '安全上の理由で Google に拒否されました',
  'error.blocked_by_safety.text':
    '{reason}料金はかかっていません。言い方を変えてもう一度お試しください。こうした判定は誤りのこともあり、2 回目で通る場合があります。',
  'error.interrupted.title': '開始の途中で中断されました',
  'error.interrupted.text':
    'Google に開始を依頼している途中で接続が切れたため、始まったかどうかは誰にもわかりません。二重に料金 ({price}) がかかるおそれがあるので、自動では依頼し直しません。それでもよければ再試行してください。',
  'error.timed_out.title': 'Google の処理に時間がかかりすぎました',
  'error.timed_out.text': '{minutes} 分たっても Google での生成が終わりませんでした。',
  'error.quota_exceeded.title': 'Google の上限に達しました',
  'error.quota_exceeded.text':
    'Google アカウントの割り当てを今のところ使い切っています。料金はかかっていません。あとでもう一度試すか、管理者に知らせてください。',
  'error.quota_exceeded.day.text':
    'Google アカウントの今日の割り当てを使い切りました。料金はかかっていません。明日もう一度試すか、管理者に知らせてください。',
  'error.billing.title': 'Google の支払い設定に問題があります',
  'error.billing.text':
    'Google がこのボットの運営者に支払いの設定を求めています。料金はかかっていません。管理者に知らせてください。',
  'error.bad_key.title': 'Google がキーを受け付けません',
  'error.bad_key.text':
    '運営者の Google キーが間違っているか、権限が足りません。料金はかかっていません。管理者に知らせてください。`npm run doctor` で足りないものがわかります。',
  'error.unreachable.title': 'Google に接続できません',
  'error.unreachable.text':
    '何度か試しましたが、Google から応答がありませんでした。料金はかかっていません。あとでもう一度お試しください。',
  'error.unreachable.begun.text':
    'Google は動画の生成を始めましたが、2 日たっても使える返事がありません。管理者に知らせてください。',
  'error.unreachable.stopping.text':
    'いま Google に接続できず、止まるかどうかまだ分かりません。少し待ってから、もう一度「キャンセル」を押してください。止まらなければ、動画はできあがりしだい投稿されます。',
  'error.model_retired.title': 'このモデルはもう使えません',
  'error.model_retired.text':
    'Google が {model} の提供を終了しました。料金はかかっていません。{successor} で新しい動画を依頼してください。',
  'error.model_retired.none.text':
    'Google が {model} の提供を終了しました。料金はかかっていません。別のモデルで新しい動画を依頼してください。',
  'error.model_retired.here.text':
    '{model} はここではもう使えません。何も始まっておらず、料金もかかっていません。{successor} で新しい動画を依頼してください。',
  'error.lost_operation.title': 'Google 側で失われました',
  'error.lost_operation.text':
    'Google にこの動画の記録がないとのことで、受け取れません。何度も起きる場合は管理者に知らせてください。',
  'error.perhaps': 'この動画は請求された可能性があります。',
  'error.kept': '開始から 2 日間は、「再試行」で追加料金なしにこの動画を Google で探します。その後は新しく作ります。',
  'error.anew': '「再試行」で新しく作れますが、その分の料金がかかります。',
  'error.no_video.title': '動画がないまま Google の処理が終わりました',
  'error.no_video.text':
    'Google は動画も理由も返さずに処理を終えました。音声が原因のことがよくあります。料金はかかっていません。言葉を変えるなどして、もう一度お試しください。',
  'error.bad_image.title': 'この画像は使えません',
  'error.bad_image.text': '{reason}料金はかかっていません。',
  'error.bad_video.title': '動画を受け取れませんでした',
  'error.bad_video.text':
    'Google はこの動画を作りましたが、ファイルを完全な形で受け取れませんでした。何度も起きる場合は管理者に知らせてください。',
  'error.storage.title': '動画を保存できません',
  'error.storage.text':
    '運営者のディスクかデータベースに今は保存できないため、新しい動画は始まりません。管理者に知らせてください。`npm run doctor` で足りないものがわかります。',
  'error.google_error.title': 'Google でエラーが起きました',
  'error.google_error.text':
    'Google がこの動画の生成をあきらめました。料金はかかっていません。もう一度お試しください。プロンプトを少し変えるとうまくいくことがあります。',
  'error.internal.title': 'こちらで問題が起きました',
  'error.internal.text': 'ボットの不具合で、ログに記録されています。管理者に知らせてください。',

  'image.too_large': '画像が大きすぎます。上限は {limit} です。もっと小さい画像を送ってください。',
  'image.too_many_pixels':
    '画像の画素数が多すぎます。上限は {limit} メガピクセルです。もっと小さい画像を送ってください。',
  'image.not_an_image': 'PNG、JPEG、WebP の画像ではありません。いずれかの形式で送ってください。',
  'image.truncated': '画像が壊れているか、途中で切れています。保存し直して、もう一度送ってください。',
  'image.animated': '動きのある画像です。静止画を送ってください。',
  'image.login_page':
    '画像の代わりにログインページが返されました。ボットにはここのファイルを読む権限がありません。管理者が権限を与えて再インストールできます。',
  'image.untrusted_address': '信頼されていないアドレスの画像です。画像そのものを添付してください。',
  'image.gone': '画像がもうありません。もう一度添付してください。',
  'image.forbidden': 'ボットはこの画像を読めません。ここに添付してください。',
  'image.no_decoder': '動画デコーダーがないため、最後の画像を取り出せません。管理者が ffmpeg をインストールできます。',
  'image.no_video': '元の動画がもうないため、最後の画像を使えません。先に動画を作り直してください。',
  'image.unreachable': '画像のサーバーから応答がなく、取得できませんでした。もう一度添付してください。',
  'image.other': '画像を読み込めませんでした。PNG か JPEG で保存し直して、もう一度送ってください。',

  'safety.child': 'プロンプトか画像に子どもが含まれているようです。',
  'safety.celebrity': 'プロンプトか画像に有名人が含まれているようです。',
  'safety.video_safety': 'できあがった動画が Google の安全性チェックを通りませんでした。',
  'safety.dangerous': '危険な内容が含まれているようです。',
  'safety.hate': '憎悪を表す内容のようです。',
  'safety.other': 'Google の安全性チェックを通りませんでした。詳しい理由は示されていません。',
  'safety.prohibited': '禁止されている内容を求めているようです。',
  'safety.third_party': 'ほかの人の権利で守られた内容を使っているようです。',
  'safety.sexual': '性的な内容のようです。',
  'safety.toxic': '人を傷つける内容のようです。',
  'safety.violence': '暴力的な内容のようです。',
  'safety.vulgar': '下品な内容のようです。',
  'safety.code': '(Google のコード: {code})。',

  'problem.required': '{field}がありません。どんな動画にするかを書いてください。',
  'problem.too_long': '{field}が長すぎます (約 {tokens} トークン)。上限は {limit} です。',
  'problem.not_a_number': '{field}: 「{given}」は数字ではありません。',
  'problem.not_offered': '{field}: 「{given}」はほかの指定と組み合わせられません。選べるもの: {accepted}。',
  'problem.not_offered.none': '{field}: 「{given}」はここでは使えません。',
  'problem.not_with': '{model} では、{field}をほかの指定と一緒に使えません。外すか、別のモデルを選んでください。',
  'problem.needs_first_frame': '{field}には最初の画像も必要です。動画の始まりの画像を追加してください。',
  'problem.too_many': '{field}: 最大 {accepted} までです。',
  'problem.unknown_parent': '元の動画がないか、見ることができません。',
  'problem.parent_unfinished': '元の動画がまだ完成していないため、続きを作れません。',
  'problem.parent_failed': '元の動画は作られなかったため、続きを作れません。',
  'problem.parent_expired': 'Google での動画の保存は 2 日間です。元の動画はそれより古いため、変更できません。',
  'problem.parent_too_long': '合計 {limit} 秒までです。元の動画が長すぎます。',
  'problem.blocked_word': '{field}に、ここでは使えない言葉が含まれています。',
  'problem.small_talk': 'まだ動画の内容がわかりません。どんな動画にするかを文章で教えてください。',
  'problem.malformed': '{field}: 「{given}」を理解できません。',

  'name.prompt': 'プロンプト',
  'name.model': 'モデル',
  'name.aspectRatio': '縦横比',
  'name.resolution': '解像度',
  'name.durationSeconds': '長さ',
  'name.negativePrompt': '除外プロンプト',
  'name.seed': 'シード',
  'name.personGeneration': '人物の生成',
  'name.firstFrame': '最初の画像',
  'name.lastFrame': '最後の画像',
  'name.references': '参照画像',
  'name.builds': '元の動画への追加',
  'name.allowedModels': '使えるモデル',
  'name.allowedResolutions': '使える解像度',
  'name.maxDurationSeconds': '最長の秒数',
  'name.request': 'リクエスト',

  'budget.requester': '今日のあなたの予算',
  'budget.workspace': '今月のここの予算',
  'budget.total': '今月のボット全体の予算',

  'delivery.sent_as_dm': 'あなたに直接送りました',
  'delivery.sent_to_channel': 'チャンネルに送りました',
  'delivery.link_only': 'ファイルが大きすぎるため、リンクでお届けします',
  'delivery.too_large': 'ファイルが大きすぎます。ファイルの場所は管理者が知っています',
  'delivery.smaller': 'ファイルが大きすぎたため、小さくしたものをお届けします',
  'delivery.gone': 'その場所はもうないか、ボットは投稿できません。動画はご自分の動画の一覧にあります',
  'delivery.other': '動画はご自分の動画の一覧にあります',

  'history.pending': '受け付けました',
  'history.held': '承認待ち',
  'history.queued': '順番待ち',
  'history.decided': '{detail}さんが判断',
  'history.starting': 'Googleに開始を依頼',
  'history.not_started': 'Googleは開始せず',
  'history.processing': 'Googleが開始',
  'history.seen_done': 'Googleが完了',
  'history.completed': '保存しました',
  'history.error': '終了：{detail}',
  'history.reserved': '{price}を確保',
  'history.settled': '{price}を支払い',
  'history.released': '{price}を解放',
  'history.uncertain': '{price}は請求の可能性あり',
  'history.delivered': '投稿しました',
  'history.delivery_problem': '希望どおりに投稿できませんでした：{detail}',
  'history.retired': 'ファイルを整理しました',
  'history.removed': '個人データを削除しました',

  'time.seconds': '{seconds} 秒',
  'time.minutes': '{minutes} 分 {seconds} 秒',

  'http.malformed.title': 'このリクエストは読み取れません',
  'http.malformed.text': 'このアドレスが受け付ける形式ではありません。',
  'http.malformed.remedy': '/docs のページに、すべての呼び出しの説明があります。',
  'http.unauthorized.title': 'サインインしてください',
  'http.unauthorized.text': 'サインインしていません。',
  'http.unauthorized.remedy':
    'トップページでサインインするか、アクセストークンを Bearer トークンとして送ってください。',
  'http.wrong_token.title': 'トークンが正しくありません',
  'http.wrong_token.text': 'サインインできませんでした。',
  'http.wrong_token.remedy': '確認してもう一度お試しください。トークンはこのボットの運営者が知っています。',
  'http.no_route.title': 'ここには何もありません',
  'http.no_route.text': 'このアドレスのページや呼び出しはありません。',
  'http.no_route.remedy': '/docs のページに、すべての呼び出しの説明があります。',
  'http.method_not_allowed.title': 'このアドレスではできません',
  'http.method_not_allowed.text': 'このアドレスが受け付けるのは {allowed} です。',
  'http.method_not_allowed.remedy': '/docs のページに、すべての呼び出しの説明があります。',
  'http.too_large.title': '大きすぎます',
  'http.too_large.text': '一度に送れる量を超えています。何も始まっていません。',
  'http.too_large.remedy': '画像は 1 枚 20 MB までです。最初の画像 1 枚、最後の画像 1 枚、参照画像 3 枚まで送れます。',
  'http.unsupported_media_type.title': 'コンテンツの種類が違います',
  'http.unsupported_media_type.text': 'このアドレスが受け付けるのは {accepted} です。',
  'http.unsupported_media_type.remedy': '/docs のページに、すべての呼び出しの説明があります。',
  'http.rate_limited.title': 'リクエストが多すぎます',
  'http.rate_limited.text': '前のリクエストからの間隔が短すぎます。何も始まっていません。',
  'http.rate_limited.remedy': '{seconds} 秒後にもう一度お試しください。',
  'http.wrong_host.title': 'アドレスが違います',
  'http.wrong_host.text': 'このサービスはその名前では応答しません。',
  'http.wrong_host.remedy':
    'サービス本来のアドレスで開いてください。プロキシ経由の場合は、PUBLIC_URL と WEB_ACCESS_TOKEN の設定が必要です。',
  'http.wrong_origin.title': 'そこからは受け付けられません',
  'http.wrong_origin.text': '別のサイトから送られたリクエストなので、何も行いませんでした。',
  'http.wrong_origin.remedy':
    'このサービスのページを使ってください。今のページがそれなら、そのアドレスを PUBLIC_URL に設定します。ほかのサイトは ALLOWED_ORIGINS で許可できます。',
  'http.same_key.title': 'この Idempotency-Key は使用済みです',
  'http.same_key.text': '別の内容のリクエストに使われています。何も始まっていません。',
  'http.same_key.remedy': '新しいリクエストごとに新しいキーを使ってください。',
  'http.bad_key.title': 'この Idempotency-Key は使えません',
  'http.bad_key.text': '1 ～ 128 文字の英数字と記号 . _ : - が使えます。',
  'http.bad_key.remedy': 'ランダムな UUID がおすすめです。',
  'http.bad_range.title': 'その範囲はありません',
  'http.bad_range.text': 'ファイルは指定された範囲より短いです。',
  'http.bad_range.remedy': 'ファイル全体を取得してください。',
} as const satisfies Partial<Catalogue>
