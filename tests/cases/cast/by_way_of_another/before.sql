CREATE DOMAIN unused AS integer;
