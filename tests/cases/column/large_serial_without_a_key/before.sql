CREATE TABLE "Log" (line text);
