-- A serial column brings a sequence that belongs to it.
CREATE TABLE parcels (weight int, number serial);
