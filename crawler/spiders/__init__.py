"""The spiders: `sections` walks portals; any other spider run here is archived the same way."""
