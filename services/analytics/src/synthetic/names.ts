import { phrases } from './phrases.ts';

/** Parts that made-up firms and statement lines are put together from. */
export const surnames = phrases`Smith | Miller | Johnson | Brown | Garcia | Martinez | Anderson | Thompson | Walker | Hughes | Patel | Khan | Singh | Chen | Wong
  Nguyen | Kim | Tanaka | Müller | Schmidt | Fischer | Weber | Wagner | Becker | Rossi | Bianchi | Ferrari | Dubois | Laurent | Moreau
  Silva | Santos | Costa | Jansen | De Vries | Nilsson | Larsen | Kowalski | Novak | Horvat | Murphy | O'Brien | Campbell | Stewart | Reid
  Hill | Baker | Cooper | Carter | Fletcher | Harding | Whitfield | Ellison | Prescott | Langley | Ashworth | Bradshaw | Kendall | Sutton`;

export const towns = phrases`London | Bristol | Leeds | Manchester | Birmingham | Glasgow | Dublin | New York | Boston | Chicago | Denver | Austin | Seattle
  Portland | San Jose | Oakland | Dallas | Atlanta | Miami | Phoenix | Toronto | Sydney | Berlin | Hamburg | München | Köln | Frankfurt
  Wien | Zürich | Paris | Lyon | Madrid | Milano | Amsterdam | Rotterdam | Brussels | Riverside | Lakewood | Springfield | Newport | Ashford`;

export const firmWords = phrases`Northgate | Summit | Harbor | Bluewater | Evergreen | Oakridge | Ironbridge | Silverline | Redwood | Kingsway | Crescent | Beacon
  Pioneer | Granite | Meridian | Atlas | Falcon | Heritage | Horizon | Lakeside | Greenfield | Stonebridge | Sunrise | Union | Vertex | Willow
  Cedar | Delta Point | Eastside | Fairview | Golden Gate | Highland | Liberty | Maple | Old Town | Parkside | Queens | Royal | Valley | Westend`;

export const months = phrases`January | February | March | April | May | June | July | August | September | October | November | December`;
