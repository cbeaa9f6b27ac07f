-- Types that are written anew although they only get wider: another scale, longer elements, a longer char. Text and finer times are free.
CREATE TABLE numbers (a numeric(12,3));
CREATE TABLE lists (a varchar(20)[]);
CREATE TABLE codes (a char(8));
CREATE TABLE names (a text);
CREATE TABLE times (a timestamp(6));
