-- What a database held at this version. Made from a filled one, once per release, by
--   pg_dump --data-only --column-inserts --no-owner --exclude-table='river_*' --exclude-table=goose_db_version "$ADMIN_URL" | grep -v '^\\' > <version>.sql
-- and never edited afterwards; TestUpgrade takes up every file in this folder.
INSERT INTO public.organisation (id, kind, name, cvr, municipality_code, street, postal_code, city, country, successor_id, version, created_at) VALUES (1, 'municipality', 'Viborg Kommune', '29189846', '791', 'Prinsens Alle 5', '8800', 'Viborg', 'DK', NULL, 3, '2026-11-23 08:00:00.123456+00');
INSERT INTO public.organisation (id, kind, name, cvr, municipality_code, street, postal_code, city, country, successor_id, version, created_at) VALUES (2, 'municipality', 'Ærø Kommune', '28856075', '492', '', '', '', 'DK', NULL, 1, '2026-11-23 08:00:00+00');
INSERT INTO public.organisation (id, kind, name, cvr, municipality_code, street, postal_code, city, country, successor_id, version, created_at) VALUES (3, 'joint_company', 'Fællesskabets It I/S', '12345678', NULL, 'Østergade ''7''', '8900', 'Randers C', 'DK', 1, 1, '2018-01-01 00:00:00+00');
INSERT INTO public.membership (organisation_id, from_date, to_date) VALUES (1, '2018-01-01', '2020-12-31');
INSERT INTO public.membership (organisation_id, from_date, to_date) VALUES (1, '2022-01-01', NULL);
INSERT INTO public.membership (organisation_id, from_date, to_date) VALUES (3, '2018-01-01', '2024-06-30');
SELECT pg_catalog.setval('public.organisation_id_seq', 3, true);
SELECT pg_catalog.setval('public.vendor_number', 1017, true);
