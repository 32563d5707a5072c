/**
 * Names of people: the most frequent ones of the census of the United States of 1990 (in the public domain), and common
 * ones of other countries. Those that are words or places as well are kept apart.
 */

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Given names that are little else. */
export const GIVEN = words(`
  Aaliyah Aaron Abbie Abby Abdul Abdullah Abebe Abel Abigail Abraham Addie Adel Adela Adelaide Adele
  Adeline Aditi Aditya Adolfo Adolph Adrian Adriana Adrianne Adrien Adrienne Agnes Agnieszka Agustin
  Ahmad Ahmed Ahmet Aicha Aida Aiden Aiko Aileen Aimee Aisha Akira Alain Alan Alana Alba Albert
  Alberta Alberto Alejandra Alejandro Aleksander Aleksandr Aleksandra Alessandro Alessia Alex
  Alexander Alexandra Alexandre Alexandria Alexei Alexey Alexis Alfonso Alfred Alfreda Alfredo Alicia
  Alicja Alina Aline Alisa Alisha Alison Alissa Allan Allen Allene Allie Allison Allyson Alma Alonzo
  Alphonso Alta Althea Alton Alvaro Alvin Alyce Alyson Alyssa Amalia Amanda Amar Amelia Amie Amina
  Amir Amira Amit Amos Amparo Amy Amélie Anastasia Anders Andre Andrea Andreas Andrei Andrej Andres
  Andrew Andrzej André Andy Angela Angelia Angelica Angelina Angeline Angelique Angelita Angelo Angie
  Anil Anita Anja Anjali Anke Ann Anna Annabelle Anne Anneke Annette Annie Annika Annmarie Anouk
  Anthony Antionette Antje Antoine Antoinette Anton Antonia Antonio António Araceli Archie Arjun
  Arleen Arlene Arline Armand Armando Arnaud Arnold Arthur Arturo Arun Ashlee Ashleigh Ashley Ashok
  Asif Astrid Aubrey Audra Audrey Augusta Aurelia Aurelio Aurora Aurélie Ava Avery Avis Aya Ayşe Babak
  Barbara Barbra Barney Barry Bart Bartosz Beata Beatrice Beatriz Beau Becky Belinda Belle Ben Benita
  Benito Benjamin Bennie Benny Benoît Bernadette Bernadine Bernard Bernardo Bernd Bernice Berta Bertha
  Bertie Beryl Bessie Beth Bethany Betsy Bette Bettie Betty Bettye Beulah Beverley Beverly Bianca
  Billie Billy Birdie Birgit Björn Blaine Blake Blanca Blanche Bobbi Bobbie Bobby Bogdan Bonita Bonnie
  Boris Boyd Brad Bradford Bradley Brady Brain Bram Brandi Brandie Brandon Brayden Brenda Brendan
  Brent Bret Brett Brian Briana Brianna Bridget Bridgett Bridgette Brigitte Britney Brittany Brittney
  Brock Brooke Bruce Bruno Bryan Bryant Bryce Bryon Buddy Burton Byron Caden Caitlin Caleb Callie
  Calvin Cameron Camilla Camille Candace Candice Cara Cari Carissa Carl Carla Carlene Carlo Carlos
  Carlton Carly Carmela Carmella Carmelo Carmen Carol Carole Caroline Carolyn Carrie Carroll Carter
  Cary Caryn Casandra Casey Cassandra Cassie Catalina Catarina Catherine Cathleen Cathryn Cathy
  Catrina Cecelia Cecil Cecile Cecilia Cedric Celeste Celia Celina Cesar Chad Chandra Charlene Charles
  Charley Charlie Charmaine Chasity Chelsey Cheri Cherie Cheryl Chester Chiara Chloé Chong Chris
  Christa Christelle Christi Christie Christina Christine Christoph Christophe Christopher Christy
  Chrystal Chuck Cindy Claire Clara Clare Clarence Clarice Clarissa Clark Claudette Claudia Claudine
  Clayton Clement Cleo Cleveland Cliff Clifford Clifton Clint Clinton Clyde Clément Colby Cole Coleen
  Colette Colin Colleen Collin Concepcion Concepción Concetta Connie Conrad Consuelo Cora Corey Corina
  Corine Corinne Cornelia Cornelius Corrine Cortney Cory Courtney Coy Craig Cristiano Cristina Curt
  Curtis Cynthia Cédric Céline Daan Damian Damien Damon Dan Dana Dane Danial Daniel Daniela Daniele
  Danielle Danilo Danny Dante Daphne Darcy Darin Darius Dariusz Darla Darlene Darnell Darrel Darrell
  Darren Darrin Darryl Darwin Daryl Dave David Davis Dawn Dayna Deana Deann Deanna Deanne Debbie Debby
  Debora Deborah Debra Dee Deena Deepak Deidra Deidre Deirdre Delbert Delia Delilah Della Delma Delmar
  Delores Deloris Demetria Demetrius Dena Denice Denis Denise Dennis Denny Derek Derick Derrick
  Desiree Desmond Dessie Destiny Devin Devon Dewayne Dewey Dexter Diana Diane Diann Dianna Dianne
  Didier Diego Dieter Dimitri Dina Dinesh Dion Dionne Dirk Dixie Dmitri Dmitry Dollie Dolly Dolores
  Domingo Dominic Dominick Dominik Dona Donald Donna Donnell Donnie Donny Donovan Dora Doreen Doretha
  Doris Dorota Dorothea Dorothy Dorthy Dottie Doug Douglas Doyle Duane Dudley Dustin Dwayne Dwight
  Dylan Earlene Earline Earnest Earnestine Ebony Eddie Eddy Edgar Edith Edmond Edmund Edna Eduardo
  Edward Edwin Edwina Edythe Effie Efrain Eileen Ekaterina Elaine Elba Elbert Elda Eldon Eleanor
  Eleanore Elena Eli Elia Elias Elida Elijah Elinor Elisa Elisabeth Elise Elisha Eliza Elizabeth Ella
  Ellen Elliot Elliott Ellis Elma Elmer Elnora Eloise Elsa Elsie Elton Elva Elvia Elvin Elvira Elvis
  Elwood Emanuel Emery Emiko Emil Emilia Emilie Emilio Emily Emine Emma Emmanuel Emmett Emory Emre
  Enid Enrico Enrique Eric Erica Erick Ericka Erik Erika Erin Erma Erna Ernest Ernestina Ernestine
  Ernesto Ernie Ervin Erwin Esmeralda Esperanza Esra Essie Esteban Estela Estella Estelle Ester Esther
  Ethan Ethel Etta Eugene Eugenia Eula Eunice Eva Evan Evangelina Evangeline Evelyn Everett Ewa Fabian
  Fabio Fannie Fanny Farid Fatima Fatma Fay Faye Federica Federico Felecia Felicia Felipe Felix Fern
  Fernanda Fernando Fidel Filip Flora Florent Florian Florine Flossie Floyd Forrest Fran Frances
  Francesca Francesco Francine Francis Francisca Francisco Franck Frankie Franklin Franz François
  Françoise Fred Freda Freddie Freddy Frederic Frederick Fredrick Freida Frieda Friedrich Frédéric
  Gabriel Gabriela Gabrielle Gail Gale Galen Ganesh Garland Garrett Garry Gary Gavin Gay Gayla Gayle
  Gaëlle Geert Gena Geneva Genevieve Geoffrey George Georgette Georgi Georgina Georgios Gerald
  Geraldine Gerard Gerardo Gerhard Geri Germaine Gerry Gertrude Giacomo Gianluca Gilbert Gilberto
  Gilda Gina Giorgio Giovanni Giulia Giuseppe Gladys Glenda Glenn Glenna Gloria Goldie Gonzalo Gordon
  Gracie Graciela Grady Graham Grant Greg Gregg Gregorio Gregory Greta Gretchen Griselda Grover
  Grzegorz Guadalupe Guillaume Guillermo Gus Gussie Gustavo Gwen Gwendolyn Gérard Günter Habib Hakan
  Hal Haley Hallie Hamid Hanna Hannah Hans Harlan Harley Harold Harriet Harriett Harris Harrison Harry
  Haruki Haruto Harvey Hassan Hattie Hazel Heath Heather Hector Heidi Heike Heinz Helen Helena Helene
  Helga Helmut Henrietta Henrik Henry Herbert Heriberto Herman Herminia Hester Hideo Hilary Hilda
  Hillary Hiram Hiroshi Hollie Hollis Homer Horace Horst Hortencia Howard Hubert Hugh Hugo Humberto
  Hussein Hyun Ian Ibrahim Ida Ignacio Igor Ila Ilaria Ilene Imelda Imogene Imran Ina Ines Inez Inga
  Ingrid Inés Iola Ira Irene Irina Irma Irvin Irving Irwin Isaac Isabel Isabella Isabelle Isaiah
  Isidro Ismael Issac Iva Ivan Ivana Jacek Jackie Jacklyn Jaclyn Jacob Jacqueline Jacquelyn Jacques
  Jacquline Jaime Jake Jakub Jamal James Jami Jamie Jana Janell Janelle Janet Janette Janice Janie
  Janine Janis Janna Jannie Janusz Jaqueline Jared Jarrod Jarvis Jasmin Jasmine Jason Jasper Javier
  Jay Jayden Jayne Jayson Jeanette Jeanie Jeanine Jeanna Jeanne Jeannette Jeannie Jeannine Jeff
  Jefferson Jeffery Jeffrey Jeffry Jena Jenifer Jenna Jennie Jennifer Jenny Jens Jerald Jeremiah
  Jeremy Jeri Jermaine Jerome Jerri Jerry Jess Jesse Jessica Jessie Jewell Jill Jillian Jim Jimmie
  Jimmy Jiří Joann Joanna Joanne Joaquin Joaquín Jocelyn Jochen Jodi Jodie Jody Joe Joel Joesph Joey
  Johan Johanna Johannes Johnathan Johnathon Johnnie Johnny Jolene Jon Jonathan Jonathon Joni Joost
  Jorge Jose Josef Josefa Josefina Joseph Josephine Josh Joshua Josie José Joyce João Juan Juana
  Juanita Judi Judith Judy Julian Juliana Julianne Julie Julien Juliet Juliette Julio Julius Junior
  Justin Justina Justine Jérôme Jürgen Kaitlin Kaitlyn Kamal Kara Karen Kari Karim Karin Karina Karl
  Karla Karolina Karyn Kasey Katarina Katarzyna Kate Katelyn Kateřina Katharine Katherine Katheryn
  Kathi Kathie Kathleen Kathrine Kathryn Kathy Katie Katina Katrina Katy Kavita Kay Kaye Kayla Keisha
  Keith Kelley Kelli Kellie Kelsey Kelvin Kemal Ken Kendall Kendra Kendrick Kenji Kenneth Kenny Kent
  Kenya Keri Kermit Kerri Kerry Kerstin Kevin Khalid Kim Kimberlee Kimberley Kimberly Kirby Kirk
  Kirsten Klaus Kris Krista Kristen Kristi Kristie Kristin Kristina Kristine Kristopher Kristy Krystal
  Krystle Krzysztof Kurt Kurtis Kyle Lacey Lacy Ladonna Laila Lakeisha Lakesha Lakisha Lamar Lamont
  Lana Landon Lara Larry Lars Lashonda Latanya Latasha Latisha Latonya Latoya Latrice Laura Laurel
  Lauren Laurence Laurent Lauri Laurie Laverne Lavonne Lawanda Lawrence Layla Lea Leah Leann Leanna
  Leanne Lee Leeann Leigh Leila Lela Leland Lelia Lena Lenora Lenore Leo Leola Leon Leona Leonard
  Leonardo Leonel Leonor Leroy Lesa Lesley Leslie Lessie Lester Leta Letha Leticia Letitia Levi Lewis
  Liam Libby Lidia Lila Lilia Lilian Liliana Lillian Lillie Lilly Lina Linda Lindsay Lindsey Linwood
  Lionel Lisa Liz Liza Lizzie Lloyd Lois Lola Lolita Lonnie Lora Loraine Loren Lorena Lorene Lorenzo
  Loretta Lori Lorie Lorna Lorraine Lorrie Lotte Lottie Lou Louella Louie Louis Louisa Louise Lourdes
  Lowell Loyd Luann Luca Lucas Lucia Lucile Lucille Lucinda Lucy Lucía Luella Luigi Luis Luisa Luke
  Lula Lupe Luther Luz Lydia Lyle Lynda Lynette Lynn Lynne Lynnette Léa Maarten Mabel Mable Mack
  Madeleine Madeline Madelyn Madge Mae Magdalena Maggie Mahmoud Malcolm Malinda Mallory Mamie Mandy
  Manfred Manoj Manuel Manuela Mara Marc Marcel Marcelino Marcella Marci Marcia Marcie Marcin Marco
  Marcos Marcus Marcy Marek Margaret Margarita Margery Margie Margo Margot Margret Marguerite Mari
  Maria Mariam Marian Mariana Marianne Mariano Maribel Maricela Marie Marietta Marija Marilyn Mario
  Marion Marisa Marisol Marissa Maritza Mariusz Marjorie Markus Marla Marlene Marlin Marlon Marquita
  Marsha Marshall Marta Martha Martin Martina Marty Marva Marvin Mary Maryann Maryanne Marybeth
  Maryellen Marylou Mason Mateusz Mathew Mathieu Matilda Matt Matteo Matthew Matthias Matthieu Mattie
  Maude Maudie Maura Maureen Maurice Mauricio Maurine Maurizio Mavis Maxine Maxwell Maynard Mayra
  Małgorzata Meagan Megan Meghan Mehmet Melanie Melba Melinda Melisa Melissa Mellisa Melva Melvin
  Meredith Merle Merlin Merrill Mia Micah Michael Michaela Micheal Michel Michele Michell Michelle
  Mickey Miguel Mihai Mikael Mike Mikhail Milagros Mildred Milica Millard Millicent Millie Milos
  Milton Mindy Minerva Minh Minnie Miranda Miriam Miroslav Mitchell Mitzi Mohamed Mohammad Mohammed
  Moises Mollie Molly Mona Monica Monika Monique Monte Monty Morgan Morris Muhammad Murat Muriel
  Murray Mustafa Myra Myrna Myron Myrtle Nadia Nadine Nan Nancy Nanette Nannie Naoko Naomi Natalia
  Natalie Natasha Nathalie Nathan Nathaniel Neal Ned Neha Neil Nelda Nell Nellie Nelly Nelson Nestor
  Nettie Neva Nicholas Nichole Nick Nickolas Nicolas Nicole Niels Nikki Nikola Nikolai Nikos Nils Nina
  Nita Noah Noe Noel Noelle Noemi Nola Nolan Nona Nora Norbert Noreen Norma Norris Noémie Nuno Octavia
  Odell Odessa Ofelia Ola Olaf Oleg Oleksandr Olga Oliver Olivia Olivier Ollie Omar Omer Opal Ophelia
  Ora Orlando Orville Oscar Otis Otto Owen Pablo Paige Pam Pamala Pamela Pansy Paola Paolo Pascal
  Pasquale Patrica Patrice Patricia Patrick Patsy Patti Patty Paul Paula Paulette Pauline Paulo Pavel
  Pearlie Pedro Peggy Penelope Percy Perry Pete Peter Petra Phil Philip Philippe Phillip Phoebe
  Phyllis Pierre Pieter Piotr Polly Pooja Pradeep Prakash Pranav Preston Priscilla Priya Queen Quentin
  Quincy Quinton Rachael Rachel Rachelle Rachid Rae Rafael Rahul Rainer Rajesh Ralph Ramesh Ramiro
  Ramona Randal Randall Randolph Randy Raphael Raquel Raul Ravi Raymond Reba Rebeca Rebecca Rebekah
  Reggie Regina Reginald Rena Renae Renata Rene Renee René Renée Retha Reuben Reva Rex Reyna Reynaldo
  Rhea Rhoda Rhonda Ricardo Riccardo Richard Rick Rickey Rickie Ricky Rigoberto Riley Rita Robbie
  Robert Roberto Robyn Rocco Rochelle Rocio Rod Roderick Rodger Rodney Rodolfo Rodrigo Rogelio Roger
  Rohan Rohit Roland Rolando Rolf Romain Romeo Ron Ronald Ronda Ronnie Roosevelt Rory Rosalee Rosalia
  Rosalie Rosalind Rosalinda Rosalyn Rosanna Rosanne Rosario Roscoe Roseann Rosella Rosemarie Rosemary
  Rosetta Rosie Roslyn Ross Rowena Roxanne Roxie Roy Royce Ruben Rudolph Rudy Rufus Ruslan Russel
  Russell Ruth Ruthie Ryan Sabine Sabrina Sadie Sallie Sally Salma Salvador Salvatore Sam Samantha
  Samir Sammie Sammy Samuel Sandeep Sandra Sandrine Sanford Sanjay Santos Sara Sarah Sasha Satoshi
  Saul Saundra Scot Scott Scotty Sean Sebastian Selena Selina Selma Serena Sergei Sergey Sergio Seth
  Shana Shane Shanna Shannon Shari Sharlene Sharon Sharron Shaun Shauna Shawn Shawna Sheena Sheila
  Shelby Sheldon Shelia Shelley Sheree Sheri Sherman Sherri Sherrie Sherry Sheryl Shirley Shonda
  Shreya Siddharth Sidney Silas Silvia Simon Simone Slawomir Socorro Sofia Sofía Solomon Sondra Sonia
  Sonja Sonya Sophia Sophie Spencer Stacey Staci Stacie Stacy Stan Stanley Stefan Stefania Stefanie
  Stefano Stella Stephan Stephanie Stephen Steve Steven Stewart Stuart Stéphane Sunil Sunita Suresh
  Susan Susana Susanna Susanne Susie Suzanne Suzette Sven Svetlana Sybil Sylvester Sylvia Sébastien
  Søren Tabatha Tabitha Takashi Takeshi Tamara Tameka Tamera Tami Tamika Tammi Tammie Tammy Tamra
  Tania Tanisha Tanya Tara Tariq Taryn Tasha Tatiana Taylor Ted Teddy Terence Teresa Teresita Teri
  Terra Terrance Terrell Terrence Terri Terrie Terry Tessa Thaddeus Thelma Theodora Theodore Theresa
  Therese Thierry Thijs Thomas Thurman Tia Tiago Tiffany Tillie Tim Timmy Timothy Tina Tisha Toby Todd
  Tom Tomas Tomasz Tommie Tommy Tomáš Toni Tonia Tony Tonya Tori Torsten Tracey Traci Tracie Tracy
  Travis Trent Trenton Treva Trevor Tricia Trina Trisha Troy Trudy Truman Tuan Twila Tyrone Tyson
  Ulrich Ulrike Ulysses Umar Ursula Uwe Valarie Valentina Valeria Valerie Valérie Vance Vanessa Vasily
  Vaughn Velma Vera Vern Verna Vernon Veronica Vicente Vicki Vickie Vicky Victor Vijay Vikram Viktor
  Vilma Vince Vincent Vincenzo Viola Virgie Virgil Virgina Vito Vivian Vladimir Volker Vonda Véronique
  Wade Wallace Walter Wanda Ward Warren Wayne Weldon Wendell Wendi Wendy Werner Wesley Whitney Wiktor
  Wilbert Wilbur Wilda Wilfred Wilfredo Wilhelm Wilhelmina Willa Willard Willem William Williams
  Willie Willis Wilma Wilson Winfred Winifred Winnie Winston Wojciech Wolfgang Woodrow Xavier Xiaoming
  Yann Yasmin Yasmine Yesenia Yoko Yolanda Yong Youssef Yuki Yuri Yusuf Yves Yvette Yvonne Zachary
  Zainab Zelda Zelma Zeynep Zofia Zoë Zsófia Zuzana Élodie Émile Étienne Özgür Łukasz
`);

/** Given names that are something else as often: believed before a family name. */
export const GIVEN_OR_WORD = words(`
  Ada Adam Ali Alice Amber Ana Angel April Art August Austin Autumn Basil Bert Bill Blair Bob Brandy
  Brooklyn Candy Carey Carolina Charity Charlotte Chase Chelsea Cherry Christian Claude Clay Cody
  Constance Cruz Crystal Daisy Dale Dallas Dean Denver Dick Dominique Don Drew Earl Elif Eve Faith
  Florence Frank Gene Georgia Ginger Glen Grace Guy Holly Hope Hunter Iris Israel Ivy Jack Jackson
  Jade Jan Jane Jean Jesus Jewel Joan John Jordan Joy Julia June Kelly Kitty Lance Lane Lily Logan
  Madison Mai Marina Mark Max May Mei Melody Mercedes Milan Miles Mina Ming Misty Moses Norman Olive
  Pat Pearl Penny Raj Ramon Randi Ray Reed Rob Roberta Robin Rocky Roman Rosa Rose Ruby Rui Rusty Said
  Sandy Santiago Savannah Shelly Sierra Sterling Sue Summer Sun Sydney Tyler Van Victoria Violet
  Virginia Wei Wiley Young
`);

/** Family names that are little else. */
export const FAMILY = words(`
  Aaron Abbott Abrams Acevedo Ackerman Acosta Adams Adeyemi Adkins Aguilar Aguirre Ahmed Akers Albert
  Albright Aldridge Alexander Alford Allen Allison Almeida Alston Alvarado Alvarez Ames Amos Andersen
  Anderson Andersson Andrade Andrews Anthony Archer Arellano Arias Armstrong Arnold Arrington Arroyo
  Arthur Ash Ashley Atkins Atkinson Avery Avila Ayala Ayers Baca Bacon Bailey Baird Baker Bakker
  Baldwin Ballard Barber Barker Barlow Barnard Barnes Barnett Barr Barrera Barrett Barron Barry
  Bartlett Barton Bates Battle Bauer Baxter Beach Bean Beard Beasley Beatty Beck Becker Begum Belcher
  Beltran Bender Benitez Benjamin Bennett Benson Bentley Benton Berg Berger Bergeron Bernal Bernard
  Berry Betts Bianchi Billings Bingham Bird Bishop Blackburn Blackmon Blackwell Blair Blake Blanchard
  Blanco Bland Blankenship Blanton Blevins Bloom Blount Boggs Bolden Bolton Bond Bonilla Bonner Bonnet
  Booker Boone Booth Boswell Boucher Bowden Bowen Bower Bowers Bowles Bowling Bowman Boyce Boyd Boyer
  Boyle Bradford Bradley Bradshaw Brady Bragg Brandon Brandt Brantley Braun Bray Brennan Brewer
  Brewster Bridges Briggs Britt Britton Brock Brooks Broussard Brown Browning Bruce Bruno Bryan Bryant
  Buchanan Buck Buckley Buckner Bullard Bullock Bunch Burch Burgess Burke Burkett Burks Burnett Burns
  Burrell Burris Burt Burton Bush Butler Butts Byers Byrd Byrne Cabrera Cain Calderon Caldwell Calhoun
  Callahan Camacho Cameron Camp Campbell Campos Cannon Cano Cantrell Cantu Capps Cardenas Carey
  Carlisle Carlson Carlton Carmichael Carney Carpenter Carr Carrillo Carroll Carson Carter Cartwright
  Carvalho Carver Casey Castaneda Castillo Castle Castro Cates Caudill Cervantes Chamberlain Chambers
  Chan Chandler Chaney Chang Chapman Chappell Charles Chase Chavez Chen Cherry Childers Childress
  Childs Choi Christensen Christopher Chung Cisneros Clark Clarke Clay Clayton Clement Clements
  Clemons Clifton Cline Coates Cobb Cochran Coffey Coffman Cohen Coker Colbert Cole Coleman Collier
  Collins Colombo Combs Compton Conklin Conley Conner Connolly Connor Conrad Conti Contreras Conway
  Cooke Cooley Cooper Copeland Corbett Corbin Cordova Cormier Cornett Correa Cortez Costa Costello
  Cote Cotton Couch Courtney Covington Cowan Cox Crabtree Craig Cramer Crane Crawford Crews Crocker
  Crockett Crosby Crouch Crow Crowder Crowe Crowley Crum Cuevas Cummings Cummins Cunningham Curran
  Curry Curtis Dailey Dale Dalton Daly Daniel Daniels Daugherty Davenport David Davidson Davies Davila
  Davis Dawson Dean Decker Dejesus Delacruz Delaney Delarosa Deleon Delgado Demir Dempsey Dennis
  Denton Dewitt Diaz Dick Dickens Dickerson Dickey Dickinson Dickson Dillard Dillon Dixon Dlamini
  Dobson Dodd Dodson Doherty Dominguez Donahue Donaldson Donnelly Donovan Dooley Dorsey Doss Dotson
  Dougherty Douglas Downey Downing Downs Doyle Drake Draper Drew Duarte Dubois Dudley Duffy Duke Dukes
  Dumas Dunbar Duncan Dunham Dunlap Dunn Dupont Dupree Duran Durand Durham Dwyer Dye Dyer Eaton
  Edmonds Edwards Elder Eldridge Elkins Elliott Ellis Ellison Elmore Emerson Emery Enriquez Erickson
  Eriksson Ervin Erwin Escobar Esparza Espinosa Espinoza Esposito Estes Estrada Evans Everett Ewing
  Farley Farmer Farr Farrell Farris Faulkner Feliciano Felix Ferguson Fernandez Ferrari Ferreira
  Ferrell Ferris Figueroa Finch Fink Finley Fischer Fish Fitzgerald Fitzpatrick Flanagan Fleming
  Fletcher Flores Flowers Floyd Flynn Foley Fontenot Forbes Ford Foreman Forrest Foster Fountain
  Fournier Fowler Fox Francis Franco Frank Franklin Franks Fraser Frazier Frederick Freeman Frey
  Friedman Fritz Fry Frye Fuentes Fuller Fulton Funk Gagnon Gaines Galindo Gallagher Gallegos Galloway
  Galvan Gamble Garcia Gardner Garland Garner Garrett Garrison Gary Garza Gaston Gates Gay Gentry
  George Georgiou Gibbons Gibbs Gibson Gilbert Giles Gill Gillespie Gilliam Gilmore Gipson Girard
  Givens Gleason Glenn Glover Godfrey Godwin Goff Goins Goldberg Golden Goldstein Gomes Gomez Gonzales
  Gonzalez Goode Goodman Goodwin Gordon Gore Gorman Goss Gould Grace Grady Graham Grant Graves Greco
  Greene Greenwood Greer Gregg Gregory Griffin Griffith Griggs Grimes Gross Groves Guerra Guerrero
  Gunn Gunter Gupta Gustafson Guthrie Gutierrez Guy Guzman Haas Haddad Hahn Haines Hairston Hale Haley
  Hamm Hammond Hampton Hancock Haney Hankins Hanna Hannah Hansen Hanson Harden Hardin Harding Hardy
  Hargrove Harmon Harper Harrell Harrington Harris Harrison Hart Hartley Hartman Hartmann Harvey
  Hastings Hatch Hatcher Hatfield Hathaway Hawkins Hayden Hayes Haynes Hays Heath Hebert Heller Helms
  Helton Henderson Hendricks Hendrickson Hendrix Henley Henry Hensley Henson Herbert Herman Hernandez
  Herrera Herring Herron Hess Hester Hewitt Hickey Hickman Hicks Higgins Hill Hilliard Hilton Hines
  Hinkle Hinton Hobbs Hodge Hodges Hoffman Hoffmann Hofmann Hogan Holbrook Holcomb Holden Holder
  Holley Holliday Hollingsworth Hollis Holloway Holman Holmes Holt Hood Hooper Hoover Hopkins Hopper
  Horn Horne Horton Horváth Hoskins Houser Howard Howe Howell Huang Hubbard Huber Hudson Huerta Huff
  Huffman Huggins Hughes Hull Humphrey Hunt Hunter Hurd Hurley Hurst Hurt Hussain Hutchins Hutchinson
  Hutchison Hyde Ibarra Ingram Inman Ionescu Irvin Irwin Ivanov Ivanova Ivey Iyer Jacobs Jacobson
  James Jamison Jansen Jaramillo Jarvis Jefferson Jeffries Jenkins Jennings Jensen Jewell Jimenez
  Johansson Johns Johnson Johnston Jones Joseph Joyce Joyner Juarez Jung Kaiser Kamiński Kane Kang
  Kaplan Karlsson Katz Kaufman Kaya Keith Keller Kelley Kelly Kemp Kendall Kendrick Kennedy Kenney
  Kent Kern Kerr Kessler Khan Kidd Kim Kimball Kinney Kirby Kirk Kirkland Kirkpatrick Klein Kline
  Knapp Knight Knowles Knox Kobayashi Koch Korhonen Kovács Kowalczyk Kowalski Kramer Krause Krueger
  Krüger Kuhn Kumar Kuznetsov Köhler Lacy Ladner Lake Lam Lamb Lambert Landry Lane Lange Langley Lara
  Larkin Larsen Larson Larsson Latham Laurent Lawrence Lawson Leach Leal Leblanc Lee Lefebvre Lehman
  Lehmann Leon Leonard Leroy Leslie Lester Levine Levy Lewis Lilly Lin Lindsay Lindsey Liu Livingston
  Lloyd Locke Lockhart Logan Lopez Lord Lott Lovell Lowe Lowery Lowry Lozano Lucas Lucero Lugo Luna
  Lund Lutz Lynch Lynn Lyon Lyons Macdonald Macias Mack Mackey Madden Maddox Magee Mahoney Maldonado
  Malik Malone Maloney Manley Mann Manning Manuel Marin Marino Marquez Marrero Marsh Marshall Martin
  Martinez Martins Mason Massey Mata Mathews Mathis Matthews Maxwell Mayer Mayes Mayfield Maynard Mayo
  Mays Mcallister Mcbride Mccabe Mccain Mccall Mccann Mccarthy Mccarty Mccauley Mcclain Mcclellan
  Mcclendon Mcclure Mcconnell Mccord Mccormick Mccoy Mccray Mccullough Mcdaniel Mcdermott Mcdonald
  Mcdowell Mcelroy Mcfadden Mcfarland Mcgee Mcghee Mcgill Mcginnis Mcgowan Mcgrath Mcgraw Mcguire
  Mcintosh Mcintyre Mckay Mckee Mckenzie Mckinley Mckinney Mcknight Mclaughlin Mclean Mcleod Mcmahon
  Mcmanus Mcmillan Mcneal Mcneil Mcneill Mcpherson Mcqueen Mead Meade Meadows Medina Meeks Meijer
  Mejia Melendez Melton Melvin Mendez Mendoza Mensah Mercado Mercer Meredith Merrill Merritt Messer
  Metcalf Meyer Meyers Meza Michael Middleton Miller Milligan Mills Milton Minor Miranda Mitchell
  Mobley Mohamed Molina Monroe Montes Montgomery Montoya Moody Moon Mooney Moore Mora Morales Moran
  Moreau Moreno Morgan Morin Morris Morrison Morrow Morse Morton Moser Moses Mosley Moss Moyer Mueller
  Mulder Mullen Muller Mullins Muniz Munoz Murdock Murphy Murray Myers Müller Nagy Nakamura Nance Nash
  Navarro Ndlovu Neal Neely Nelson Neumann Newell Newman Newsome Nguyen Nicholas Nichols Nicholson
  Nielsen Nieves Nilsson Nixon Noble Noel Nolan Norman Norris Norton Norwood Novak Novák Nowak Nunez
  Obrien Ochoa Oconnell Oconnor Odell Odom Odonnell Okafor Oliveira Oliver Olsen Olson Olsson Oneal
  Oneil Oneill Orozco Orr Ortega Ortiz Osborn Osborne Ott Owen Owens Pacheco Padgett Padilla Pagan
  Paige Painter Palacios Palmer Papadopoulos Park Parker Parks Parrish Parsons Pate Patel Patrick
  Patterson Patton Paul Payne Payton Pearce Pearson Peck Pedersen Pelletier Pena Penn Pennington
  Pereira Perez Perkins Perry Peters Petersen Peterson Petrov Petrova Pham Phelps Phillips Phipps
  Pickett Pierce Pierre Pierson Pike Pineda Piper Pittman Pitts Plummer Poe Polk Pollard Pollock Ponce
  Poole Popa Pope Popescu Popov Porter Potter Potts Powell Powers Pratt Preston Prince Pritchard
  Proctor Pruitt Pryor Puckett Pugh Quinn Quinones Quintana Quintero Raines Rainey Ramey Ramirez Ramos
  Ramsey Randall Randolph Rangel Rankin Rasmussen Ratliff Raymond Reddy Reece Reed Reese Reeves Reid
  Reilly Reyes Reyna Reynolds Rhodes Ricci Rice Rich Richard Richards Richardson Richter Ricks Riggs
  Riley Rios Ritchie Ritter Rivas Rivera Rivers Roach Robbins Roberson Roberts Robertson Robinson
  Robison Robles Rocha Rodgers Rodrigues Rodriguez Rodriquez Roe Rogers Rojas Rollins Roman Romano
  Romero Rosa Rosado Rosales Rosario Rose Rosenberg Ross Rossi Roth Rouse Rousseau Roux Rowe Rowland
  Roy Rubio Rucker Rudolph Ruffin Ruiz Rush Rushing Russell Russo Rutherford Rutledge Ryan Salas
  Salazar Salgado Salinas Sampson Samuels Sanchez Sanders Sanderson Sandoval Sanford Santana Santiago
  Santos Sargent Sato Saunders Savage Sawyer Schaefer Schmidt Schmitt Schneider Schroeder Schröder
  Schultz Schulz Schwartz Schwarz Schäfer Scott Seals Sears Sellers Serrano Sewell Sexton Seymour
  Shafer Shaffer Shannon Sharma Sharp Sharpe Shaw Shea Sheehan Sheffield Shelton Shepard Shepherd
  Sheppard Sherman Shields Shirley Shoemaker Silva Silver Simmons Simms Simon Simons Simpson Sims
  Sinclair Singer Singh Singleton Sizemore Skinner Slater Slaughter Sloan Smiley Smirnov Smit Smith
  Snell Snider Snow Snyder Sokolov Solis Solomon Sorensen Sosa Soto Souza Sparks Spears Spence Spencer
  Spivey Springer Stafford Stanford Stanley Stanton Stark Starks Starr Steele Stein Stephens
  Stephenson Sterling Stevens Stevenson Steward Stewart Stinson Stokes Stout Stover Strickland Stroud
  Stuart Suarez Sullivan Summers Sutherland Sutton Suzuki Svoboda Swain Swan Swanson Swartz Sweeney
  Sykes Szabó Sørensen Takahashi Talley Tanaka Tanner Tapia Tate Tatum Taylor Teague Temple Terrell
  Terry Thomas Thomason Thompson Thomson Thornton Thurman Tidwell Tillman Tipton Todd Tolbert
  Tomlinson Toney Torres Townsend Tracy Tran Travis Trent Trevino Trujillo Tucker Turner Tuttle Tyler
  Tyson Tóth Underwood Valdez Valencia Valentine Valenzuela Vance Vang Vargas Vasquez Vaughan Vaughn
  Vazquez Velasquez Velazquez Velez Verma Vickers Vigil Villa Villanueva Villarreal Villegas Vincent
  Vinson Virtanen Visser Vogel Voss Vries Waddell Wade Wagner Walden Walker Wallace Waller Walsh
  Walter Walters Walton Wang Ward Ware Warner Warren Watanabe Waters Watkins Watson Watts Weaver Webb
  Webber Weber Webster Weiss Welch Wells Welsh Werner Wesley West Weston Whaley Wheeler Whitaker
  Whitehead Whitfield Whitley Whitney Wiggins Wilcox Wilder Wiley Wilkerson Wilkins Wilkinson Willard
  William Williams Williamson Willis Wills Wilson Winston Winter Winters Wise Wiseman Witt Wiśniewski
  Wolf Wolfe Womack Wong Woodard Woodruff Woods Woodward Wooten Workman Worley Wright Wyatt Wynn
  Wójcik Yamamoto Yang Yarbrough Yilmaz Yoder Zamora Zhang Zhao Zhou Zimmerman Zimmermann Zuniga Çelik
  Öztürk
`);
