-- A text search template and a dictionary on it.
CREATE TEXT SEARCH TEMPLATE plain_words (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY everyday (TEMPLATE = plain_words);
