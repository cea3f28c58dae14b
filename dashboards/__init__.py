"""The pages HAL9 shows in a browser: a service of the hub, served by Panel.

`serve` puts them behind the hub's login, `data` fetches what they show from the API as the user
who looks, `page` is the frame around them, and every other module named in `page.PAGES` is one
dashboard. No page holds SQL or simulates.
"""
