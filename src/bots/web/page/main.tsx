document.title = 'Dailies'
