"""Teams, seen through the Bot Framework: the only folder that knows botbuilder.

The SDK (botbuilder 4.17.1) is no longer maintained and has defects that users would feel. Each file
here stands where one of them was, so that a move to the SDK's successor touches this folder alone:

    endpoint    bad JSON, a bad timestamp and most bad tokens were answered 500, which Teams repeats;
                every invoke whose handler returned a body was answered 500 as well
    auth        an unknown key id raised IndexError, so a key rollover refused everybody for a day;
                emulator tokens, and activities without serviceUrl, went unchecked
    keys        keys were fetched with a blocking call without time limit on the event loop
    activities  msrest took more time to read and write JSON than the rest of the turn;
                a conversation's tenant was never read, for a misspelt key
    trust       the bot's token was sent to whatever host an activity named
    connector   a new client, hence a new connection and TLS handshake, for every turn
    token       a new login for every turn, on the event loop
    adapter     replies went through a thread per call
    sender      no retry where it is safe, and retries where it is not; no respect for Teams' limits
    handler     a malformed card action was answered 500; a card's sentence could not be sent at all
    storage     last writer won in silence; dialog state was pickled
"""
