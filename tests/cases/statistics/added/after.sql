-- Extended statistics.
CREATE TABLE places (city text, zip text);
CREATE STATISTICS places_city_zip (dependencies, ndistinct) ON city, zip FROM places;
