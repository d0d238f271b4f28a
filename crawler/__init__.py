"""Walk the portals and archive what they say: all that touches the network, a disk or Scrapy."""
