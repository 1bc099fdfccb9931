"""Sessions in people's calendars: invitations by mail, feeds to subscribe to, and the answers that calendars send."""
