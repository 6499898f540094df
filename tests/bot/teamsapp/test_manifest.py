from bot.teamsapp.manifest import App, english, manifest

APP = App(app_id="id", version="1.2.3", developer="Us", website="https://us.example")


def test_manifest_says_who_offers_it() -> None:
    body = manifest(APP)
    assert (body["version"], body["id"], body["bots"][0]["botId"]) == ("1.2.3", "id", "id")
    assert set(body["developer"].values()) == {"Us", "https://us.example"}


def test_texts_keep_within_teams_limits() -> None:
    for name, description in (
        (manifest(APP)["name"], manifest(APP)["description"]),
        (
            {"short": english()["name.short"], "full": english()["name.full"]},
            {"short": english()["description.short"], "full": english()["description.full"]},
        ),
    ):
        assert len(name["short"]) <= 30
        assert len(name["full"]) <= 100
        assert len(description["short"]) <= 80
        assert "\n" not in description["full"]
