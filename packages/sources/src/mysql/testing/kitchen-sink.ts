/** Content for a schema of tests: every sort of object, and names and values that are easily broken. */
export const kitchenSink = `
CREATE TABLE customers (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  legacy varchar(50) CHARACTER SET latin1,
  photo blob,
  flags bit(9),
  seen timestamp NULL,
  doc json,
  place point,
  shouted varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin AS (upper(name)) VIRTUAL,
  length_of_name int AS (char_length(name)) STORED,
  KEY (length_of_name)
);
INSERT INTO customers (name, legacy, photo, flags, seen, doc, place) VALUES
  ('Grüße 😀', 'é', X'00FF0A0D1A5C27C3', b'100000001', '2026-03-29 01:30:00', '{"a": [1, 2]}', POINT(1.5, -2)),
  ('it''s \\\\ a\\ntrap\\r\\n;-- -- Dump completed', NULL, NULL, NULL, NULL, NULL, NULL),
  ('', '', '', b'0', '1970-01-01 00:00:01', '[]', NULL);
CREATE TABLE \`or\`\`der 1; drop\` (
  id int NOT NULL PRIMARY KEY, customer int NOT NULL, total decimal(12,4) NOT NULL, ratio double, small float,
  CONSTRAINT \`fk 1\` FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE
);
INSERT INTO \`or\`\`der 1; drop\` VALUES (1, 1, 12.3400, 0.1, 1.1), (2, 2, -0.0001, 1e300, -3.4e38);
CREATE TABLE nothing (id int PRIMARY KEY);
CREATE TABLE ledger_a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL);
CREATE TABLE ledger_b (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL);
CREATE TABLE audit (at int NOT NULL AUTO_INCREMENT PRIMARY KEY, what varchar(200));
CREATE SEQUENCE numbers START WITH 5;
CREATE FUNCTION double_of(x int) RETURNS int DETERMINISTIC RETURN x * 2;
CREATE VIEW a_second AS SELECT 1 AS one;
CREATE VIEW \`big orders\` AS SELECT o.id, double_of(o.id) AS doubled FROM \`or\`\`der 1; drop\` o JOIN customers c ON c.id = o.customer;
CREATE VIEW a_first AS SELECT * FROM \`big orders\`;
DELIMITER ;;
CREATE TRIGGER \`tr\`\`1\` BEFORE INSERT ON \`or\`\`der 1; drop\` FOR EACH ROW BEGIN
  INSERT INTO audit (what) VALUES (concat('before ', NEW.id, ' 😀'));
END;;
CREATE TRIGGER \`tr2\` AFTER UPDATE ON \`customers\` FOR EACH ROW INSERT INTO audit (what) VALUES (NEW.name);;
CREATE PROCEDURE \`pro cedure\`(IN a int)
BEGIN
  -- a comment; with a delimiter
  SELECT a + 1;
END;;
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' DO DELETE FROM audit WHERE at < 0;;
CREATE EVENT asleep ON SCHEDULE EVERY 1 HOUR STARTS '2026-01-01 00:00:00' DISABLE DO DELETE FROM audit;;
DELIMITER ;
`;
