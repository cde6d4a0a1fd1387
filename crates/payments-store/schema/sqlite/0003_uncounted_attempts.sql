-- How many of the attempts do not bring an event nearer to its end: given back unhandled, or from before a person revived it.
ALTER TABLE pay_deliveries ADD COLUMN uncounted BIGINT NOT NULL DEFAULT 0;
