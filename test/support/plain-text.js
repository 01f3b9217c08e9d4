// CI counts as a terminal with colours (picocolors); tests compare words.
process.env.NO_COLOR = "1";
