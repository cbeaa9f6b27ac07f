-- A text search dictionary.
CREATE TEXT SEARCH DICTIONARY short_words (TEMPLATE = simple, ACCEPT = false);
