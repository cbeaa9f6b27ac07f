-- A column dropped from the middle comes back at the end: order is no difference.
CREATE TABLE addresses (id int, city text);
