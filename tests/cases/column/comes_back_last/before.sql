CREATE TABLE addresses (id int, street text, city text);
COMMENT ON COLUMN addresses.street IS 'With the number.';
