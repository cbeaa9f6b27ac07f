-- Without a key, pages are gone through; a serial column has its sequence before its rows.
CREATE TABLE "Log" (
    line text,
    "Number" bigserial
);
